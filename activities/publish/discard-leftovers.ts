import { Context } from '@temporalio/activity';
import { v7 as uuidv7 } from 'uuid';
import { type Entry, readEntry } from '../../db/control/workflows/read-entry.ts';
import { abandonPrepared, closeEntry } from '../../db/tenant/ledger/close.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { readLedger } from '../../db/tenant/ledger/read.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { isOver } from '../../db/tenant/targets/read-target.ts';
import { sayLiveThoughEnded } from '../../db/tenant/targets/record.ts';
import { publishId } from '../../workflows/ids.ts';
import { passing } from '../failures.ts';
import { readContent } from './content.ts';
import { diagnosticOf } from './failing.ts';
import { findLost } from './find-lost.ts';
import type { Calling, Publisher } from './forms/form.ts';
import { publisherOf } from './forms/publishers.ts';
import { type Leftover, leftoversOf, lostOf } from './leftovers.ts';
import { pageToken } from './page-token.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import { planOf } from './plan.ts';

/**
 * Deletes at Meta what was prepared and is not needed any more. It changes nothing about what becomes of the target.
 * @returns `stale` where something else is wanted by now: what of it is not needed then is deleted for that
 * @throws ApplicationFailure that is retried while Meta does not take it
 */
export const discardLeftovers =
  (parts: PublishParts) =>
  async (ref: WantedTarget): Promise<'done' | 'stale'> => {
    const entry = await readEntry(parts.control, publishId(ref.tenant, ref.target));
    const found = await parts.tenants.use(ref.tenant, (db) => find(parts, db, ref, entry?.dueAt ?? undefined));
    if (!found) return 'done';
    const { publisher, calling, leftovers, lost, over } = found;
    if (!isStill(entry, ref, over)) return 'stale';
    const staying = new Set<string>();
    let again = false;
    // A post before the photos in it.
    for (const leftover of leftovers.toSorted((a, b) => Number(a.step === 'photo') - Number(b.step === 'photo'))) {
      if (leftover.partOf !== null && staying.has(leftover.partOf)) continue;
      if (!(await isWantedStill(parts, ref, over))) return 'stale';
      const outcome = await discard(parts, ref, publisher, calling, leftover);
      if (outcome !== 'deleted') staying.add(leftover.id);
      if (outcome === 'unknown') again = true;
    }
    for (const leftover of await findLost(parts, ref, publisher, calling, lost)) {
      if (!(await isWantedStill(parts, ref, over))) return 'stale';
      if ((await discard(parts, ref, publisher, calling, leftover)) === 'unknown') again = true;
    }
    if (again) throw passing('Meta has not deleted yet what was prepared');
    // What is in one that was found can go now.
    return lost.length ? discardLeftovers(parts)(ref) : 'done';
  };

/** A claimed commit may be about to publish one of the leftovers. */
const isStill = (entry: Entry | undefined, { wanted }: WantedTarget, over: boolean): boolean =>
  !entry || (entry.wanted === wanted && (over || !entry.claimedBy));

/** Each takes its time, and what was listed in the beginning may be needed again: this is given up at once, but goes on until it notices. */
async function isWantedStill({ control }: PublishParts, ref: WantedTarget, over: boolean): Promise<boolean> {
  const { cancellationSignal, cancelled } = Context.current();
  if (cancellationSignal.aborted) await cancelled;
  return isStill(await readEntry(control, publishId(ref.tenant, ref.target)), ref, over);
}

async function find(parts: PublishParts, db: TenantDb, { tenant, target }: WantedTarget, dueAt: Date | undefined) {
  const content = await readContent(db, target);
  const publisher = publisherOf(content?.form);
  if (!content || !publisher?.discard) return undefined;
  const credential = await pageToken(parts, db, { tenant, account: content.row.account });
  if (!credential) return undefined;
  const ledger = await readLedger(db, target);
  const plan = planOf(publisher, content, ledger, Math.max(dueAt?.getTime() ?? 0, Date.now()));
  const leftovers = leftoversOf(publisher, content.row, ledger, plan);
  const lost = lostOf(publisher, content.row.state, ledger);
  const calling: Calling = { graph: parts.graph, token: credential.token, content };
  return { publisher, calling, leftovers, lost, over: isOver(content.row.state) };
}

async function discard(
  { tenants }: PublishParts,
  { tenant, target, wanted }: WantedTarget,
  publisher: Publisher,
  calling: Calling,
  leftover: Leftover,
): Promise<'deleted' | 'live' | 'needed' | 'refused' | 'unknown'> {
  const { step, metaId, contentHash } = leftover;
  const id = uuidv7();
  const entry = { id, target, step: 'discard', metaId, revision: wanted, contentHash, status: 'open' } as const;
  const whose = await tenants.use(tenant, async (db) => {
    if (!(await abandonPrepared(db, leftover, wanted))) return (await isAbandoned(db, leftover)) ? 'another' : 'commit';
    await openEntry(db, entry);
    return 'ours';
  });
  if (whose === 'commit') return 'needed';
  // Who was quicker may be given up by now, and leave it at that.
  if (whose === 'another') return 'unknown';
  const answer = await publisher.discard?.(calling, { step, metaId });
  if (!answer || answer.ok) {
    const isLive = answer?.data === 'live';
    await tenants.use(tenant, async (db) => {
      await closeEntry(db, id, { status: isLive ? 'refused' : 'done' });
      if (isLive) await sayLiveThoughEnded(db, target);
    });
    return answer?.data ?? 'deleted';
  }
  const status = answer.failure.reaction === 'permanent' ? 'refused' : 'unknown';
  await tenants.use(tenant, (db) => closeEntry(db, id, { status, diagnostic: diagnosticOf(answer.failure) }));
  return status;
}

const isAbandoned = async (db: TenantDb, { id }: Leftover): Promise<boolean> =>
  (await db.selectFrom('ledger').select('status').where('id', '=', id).executeTakeFirst())?.status === 'abandoned';
