import { catchUp } from '../../db/control/workflows/catch-up.ts';
import { type Entry, readEntry } from '../../db/control/workflows/read-entry.ts';
import { type LedgerRow, readLedger } from '../../db/tenant/ledger/read.ts';
import { TenantNotFound } from '../../db/tenant/locate.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { isOver, type TargetRow } from '../../db/tenant/targets/read-target.ts';
import { isOpen } from '../../db/tenant/targets/states.ts';
import { takeBack } from '../../db/tenant/targets/take-back.ts';
import { publishId } from '../../workflows/ids.ts';
import type { Chore, Facts } from '../../workflows/publish/facts.ts';
import { isCommentWanted } from './comment-target.ts';
import { type Content, readContent } from './content.ts';
import { publisherOf } from './forms/publishers.ts';
import { isAnythingLeft } from './leftovers.ts';
import { lostEntry, putBack } from './lost-entry.ts';
import type { PublishParts, TargetRef } from './parts.ts';
import { planOf } from './plan.ts';

/** An entry is ahead of its row while the command's transaction is open: 10 s at most, and some to spare. */
const settledAfterMs = 15_000;

/** Reads what is wanted of a target now: its entry first, then its row, so that the row is never older than the revision. */
export const readTarget =
  (parts: Pick<PublishParts, 'control' | 'tenants' | 'witnessFactor'>) =>
  async ({ tenant, target }: TargetRef): Promise<Facts> => {
    const { control, tenants, witnessFactor } = parts;
    const id = publishId(tenant, target);
    const before = await readEntry(control, id);
    const row = await tenants.use(tenant, (db) => readRow(db, target, before)).catch(nothingOfNoTenant);
    if (!row) return { is: 'absent', wanted: before?.wanted ?? 0, entryAgeMs: before ? ageMs(before) : forEverMs };
    const { content, aheadMs, chores, accepted, witnessReads } = row;
    const { state, revision, connection, platform } = content.row;
    const settlesInMs = (entry: Entry) => (revision === entry.wanted ? 0 : Math.max(0, settledAfterMs - ageMs(entry)));
    if (isOver(state)) {
      const over = { is: 'over', wanted: before?.wanted ?? 0, state, chores } as const;
      return before ? { ...over, settlesInMs: settlesInMs(before) } : over;
    }
    if (!before) {
      // The row is the truth: what is scheduled but not in the list of what should be alive is put there again.
      await tenants.use(tenant, (db) => putBack(control, tenant, db, [content.row]));
      return readTarget(parts)({ tenant, target });
    }
    const entry = await upToItsRow(parts, tenant, content.row, before);
    return {
      is: 'open',
      wanted: entry.wanted,
      settlesInMs: settlesInMs(entry),
      connection,
      platform,
      form: content.form ?? 'none',
      dueAtMs: dueAt(entry).getTime(),
      aheadMs,
      chores,
      ...(entry.claimedAt ? { claimedAtMs: entry.claimedAt.getTime(), accepted } : {}),
      witnessReads,
      witnessFactor,
    };
  };

const forEverMs = Number.MAX_SAFE_INTEGER;

const ageMs = (entry: Entry) => entry.now.getTime() - entry.wantedAt.getTime();

const dueAt = (entry: Entry) => entry.dueAt ?? entry.wantedAt;

function nothingOfNoTenant(error: unknown): undefined {
  if (error instanceof TenantNotFound) return undefined;
  throw error;
}

/**
 * An entry that is behind its row comes from an older backup, since commands and claims are written there first; one without a time, from a
 * command that was given up, as is one that is ahead for longer than a command can last.
 */
async function upToItsRow(
  { control, tenants }: Pick<PublishParts, 'control' | 'tenants'>,
  tenant: string,
  row: TargetRow,
  before: Entry,
): Promise<Entry> {
  const isBehind = before.wanted < row.revision || row.state === 'committing' || !before.dueAt;
  const isGivenUp = before.wanted > row.revision && ageMs(before) >= settledAfterMs;
  if (before.claimedBy || !(isBehind || isGivenUp)) return before;
  const workflow = publishId(tenant, row.id);
  await tenants.use(tenant, async (db) => {
    if (isBehind) await catchUp(control, await lostEntry(db, tenant, row), before.wanted);
    else await takeBack(control, db, [{ id: row.id, workflow, revision: before.wanted }]);
  });
  return (await readEntry(control, workflow)) ?? before;
}

interface Row {
  content: Content;
  aheadMs: number;
  chores: Chore[];
  accepted: boolean;
  witnessReads: number;
}

async function readRow(db: TenantDb, target: string, entry: Entry | undefined): Promise<Row | undefined> {
  const content = await readContent(db, target);
  if (!content) return undefined;
  const ledger = await readLedger(db, target);
  const claim = ledger.find(({ id }) => id === entry?.claimedBy);
  return {
    content,
    accepted: claim?.status === 'done',
    witnessReads: claim ? await readsOf(db, claim.id) : 0,
    ...whatIsToDo(content, ledger, entry),
  };
}

function whatIsToDo(content: Content, ledger: LedgerRow[], entry: Entry | undefined): Pick<Row, 'aheadMs' | 'chores'> {
  const { state, metaId, permalink, wishedText } = content.row;
  if (state === 'deleting') return { aheadMs: 0, chores: ['delete'] };
  const edits: Chore[] = state === 'published' && wishedText !== null ? ['edit'] : [];
  const publisher = publisherOf(content.form);
  if (!publisher) return { aheadMs: 0, chores: edits };
  const neededAtMs = entry ? Math.max(dueAt(entry).getTime(), entry.now.getTime()) : Date.now();
  const plan = planOf(publisher, content, ledger, neededAtMs);
  const chores: Chore[] = state === 'published' && metaId && !permalink ? ['link'] : [];
  if ((isOpen(state) || (state === 'published' && metaId)) && isCommentWanted(publisher, content, ledger))
    chores.push('comment');
  // Meta may not answer it for long: what the post was given from the beginning does not wait for that.
  chores.push(...edits);
  if (isAnythingLeft(publisher, content.row, ledger, plan)) chores.push('discard');
  return { aheadMs: plan.isComplete('ahead') ? 0 : publisher.aheadMs(content), chores };
}

async function readsOf(db: TenantDb, claim: string): Promise<number> {
  const { reads } = await db
    .selectFrom('witness_reads')
    .select(({ fn }) => fn.countAll<number>().as('reads'))
    .where('ledger', '=', claim)
    .executeTakeFirstOrThrow();
  return Number(reads);
}
