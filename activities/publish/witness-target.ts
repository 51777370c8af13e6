import { v7 as uuidv7 } from 'uuid';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { countReads, noteRead, type Seen } from '../../db/tenant/ledger/witness-reads.ts';
import { isOver } from '../../db/tenant/targets/read-target.ts';
import { record } from '../../db/tenant/targets/record.ts';
import { publishId } from '../../workflows/ids.ts';
import type { GraphAnswer } from '../graph/client.ts';
import { callCommit, callEndsMs } from './call-commit.ts';
import { conclude } from './conclude.ts';
import { readContent } from './content.ts';
import { diagnosticOf } from './failing.ts';
import { pageToken } from './page-token.ts';
import type { PublishParts, TargetRef } from './parts.ts';

/** After this long of looking a person is asked. */
const lookForMs = 24 * 3_600_000;
/** A draft that Meta does not show twice is gone. */
const goneAfterReads = 2;

/** What a claim has left behind: the call that may have been made, and what is needed to look for it. */
interface Claimed {
  claimedBy: string;
  claimedAt: Date;
  draft: string;
  contentHash: Buffer;
  revision: number;
  token: string | undefined;
}

/**
 * Looks at Meta what became of a claimed commit. A feed post that is not live is committed once more at once: that call
 * may be repeated, and what the repetition answers is never evidence that the first one failed.
 */
export const witnessTarget =
  (parts: PublishParts) =>
  async (ref: TargetRef): Promise<'published' | 'over' | 'undecided'> => {
    const entry = await readEntry(parts.control, publishId(ref.tenant, ref.target));
    if (!entry?.claimedBy || !entry.claimedAt) return 'over';
    const claim = { claimedBy: entry.claimedBy, claimedAt: entry.claimedAt };
    const claimed = await find(parts, ref, claim);
    if (claimed === 'over') return 'over';
    const { seen, permalink } = await look(parts, ref, claimed);
    if (seen === 'live') return published(parts, ref, claimed, permalink);
    if (seen === 'not-live' && claimed.token) {
      const outcome = await repeat(parts, ref, { ...claimed, token: claimed.token });
      if (outcome !== 'unknown') return outcome;
    }
    const reads = await parts.tenants.use(ref.tenant, (db) => countReads(db, claimed.claimedBy, 'gone'));
    if (reads >= goneAfterReads) return hold(parts, ref, draftGone);
    const lookedForMs = (entry.now.getTime() - claim.claimedAt.getTime()) / parts.witnessFactor;
    return lookedForMs > lookForMs ? hold(parts, ref, unsaid) : 'undecided';
  };

const draftGone = 'The post was prepared at Facebook, and is no longer there: somebody may have deleted it by hand.';
const unsaid = 'Meta does not say whether this is live. Look at the Page, then choose.';

function find(
  parts: PublishParts,
  { tenant, target }: TargetRef,
  claim: Pick<Claimed, 'claimedBy' | 'claimedAt'>,
): Promise<Claimed | 'over'> {
  return parts.tenants.use(tenant, async (db) => {
    const content = await readContent(db, target);
    if (!content || isOver(content.row.state)) return 'over';
    const call = await db
      .selectFrom('ledger as l')
      .innerJoin('ledger as d', (join) =>
        join.onRef('d.target', '=', 'l.target').onRef('d.content_hash', '=', 'l.content_hash'),
      )
      .select(['l.content_hash as contentHash', 'l.revision', 'd.meta_id as draft'])
      .where('l.id', '=', claim.claimedBy)
      .where('d.step', '=', 'draft')
      .where('d.status', '=', 'done')
      .orderBy('d.opened_at', 'desc')
      .executeTakeFirst();
    if (!call?.draft) throw new Error('A claim without its ledger row');
    await record(db, target, { state: 'committing' });
    const token = await pageToken(parts, db, { tenant, account: content.row.account });
    return { ...claim, contentHash: call.contentHash, revision: call.revision, draft: call.draft, token };
  });
}

async function look(
  { graph, tenants }: PublishParts,
  { tenant }: TargetRef,
  { claimedBy, draft, token }: Claimed,
): Promise<{ seen: Seen; permalink?: string }> {
  const answer = token
    ? await graph.call<Post>({ method: 'GET', path: `/${draft}`, token, fields: ['is_published', 'permalink_url'] })
    : undefined;
  const seen = whatWasSeen(answer);
  const diagnostic = answer && !answer.ok ? diagnosticOf(answer.failure) : undefined;
  await tenants.use(tenant, (db) => noteRead(db, claimedBy, seen, diagnostic));
  const permalink = answer?.ok ? answer.data.permalink_url : undefined;
  return typeof permalink === 'string' ? { seen, permalink } : { seen };
}

interface Post {
  is_published?: unknown;
  permalink_url?: unknown;
}

function whatWasSeen(answer: GraphAnswer<Post> | undefined): Seen {
  if (!answer) return 'no-answer';
  if (!answer.ok) return answer.failure.code === 100 && answer.failure.subcode === 33 ? 'gone' : 'no-answer';
  if (answer.data.is_published === true) return 'live';
  return answer.data.is_published === false ? 'not-live' : 'no-answer';
}

async function published(
  { tenants }: PublishParts,
  { tenant, target }: TargetRef,
  { claimedBy, claimedAt, draft }: Claimed,
  permalink: string | undefined,
): Promise<'published'> {
  await tenants.use(tenant, async (db) => {
    await closeEntry(db, claimedBy, { status: 'done', metaId: draft });
    const found = { state: 'published', metaId: draft, publishedAt: claimedAt } as const;
    await record(db, target, permalink === undefined ? found : { ...found, permalink });
  });
  return 'published';
}

async function repeat(
  parts: PublishParts,
  ref: TargetRef,
  { claimedBy, draft, token, contentHash, revision }: Claimed & { token: string },
): Promise<'published' | 'over' | 'unknown'> {
  const ledger = uuidv7();
  const entry = { id: ledger, target: ref.target, step: 'commit', revision, contentHash, status: 'open' } as const;
  await parts.tenants.use(ref.tenant, (db) => openEntry(db, entry));
  const calledAt = new Date();
  const answer = await callCommit(parts.graph, { draft, token }, callEndsMs);
  return conclude(parts, ref, { ledger, claimedBy, draft, calledAt }, answer);
}

async function hold({ tenants }: PublishParts, { tenant, target }: TargetRef, reason: string): Promise<'over'> {
  await tenants.use(tenant, (db) => record(db, target, { state: 'held', reason, choices: ['live', 'publishAgain'] }));
  return 'over';
}
