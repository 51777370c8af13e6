import { knownAmong, noteFound, noteLookedFor } from '../../db/tenant/ledger/lost.ts';
import type { LedgerRow } from '../../db/tenant/ledger/read.ts';
import { isRoutedElsewhere } from '../connection/routes.ts';
import { passing, waits } from '../failures.ts';
import { passes } from '../graph/failure.ts';
import { callEndsMs } from './call-claimed.ts';
import { hashWithText } from './content.ts';
import type { Calling, Publisher, Unseen } from './forms/form.ts';
import type { Leftover } from './leftovers.ts';
import type { PublishParts, TargetRef } from './parts.ts';

/** Meta's reads lag behind: what is not listed so long after its call could last have been under way is taken for not there. */
const listedAfterMs = 120_000;
/** Meta's clock is not ours. */
const clockToleranceMs = 60_000;

/**
 * Finds drafts whose answers were lost among what lies at the account unpublished. Only what is certainly ours counts: made by this app, in
 * that minute, with the very words, of no other post here, on a Page that no other tenant publishes to.
 * @throws ApplicationFailure that is retried while it is too early, or Meta does not answer
 */
export async function findLost(
  parts: PublishParts,
  { tenant }: TargetRef,
  { findUnseen }: Publisher,
  calling: Calling,
  lost: readonly LedgerRow[],
): Promise<Leftover[]> {
  if (!findUnseen || !lost.length) return [];
  const calledMs = lost.map(({ openedAt }) => openedAt.getTime());
  const [first, last] = [Math.min(...calledMs), Math.max(...calledMs) + callEndsMs];
  const restMs = last + listedAfterMs * parts.witnessFactor - Date.now();
  if (restMs > 0) throw waits('What was lost on its way may not be listed at Meta yet', restMs);
  const between = { since: new Date(first - clockToleranceMs), until: new Date(last + clockToleranceMs) };
  const answer = await findUnseen(calling, between);
  if (!answer.ok && passes(answer.failure))
    throw passing('Meta does not list what lies there', answer.failure.retryAfterMs);
  // It is not told what lies there: then nothing can be ours for sure.
  const unseen = answer.ok ? answer.data : undefined;
  const isShared = await isRoutedElsewhere(parts, tenant, calling.content.row.accountMetaId);
  return parts.tenants.use(tenant, async (db) => {
    const known = await knownAmong(db, unseen?.map(({ metaId }) => metaId) ?? []);
    const unknown = unseen?.filter(({ metaId }) => !known.has(metaId));
    const found: Leftover[] = [];
    for (const [hash, rows] of Map.groupBy(lost, ({ contentHash }) => contentHash.toString('hex'))) {
      const alike = unknown?.filter((one) => hashOf(calling, one) === hash) ?? [];
      const isSure = unknown && alike.length <= rows.length && (alike.length === 0 || !isShared);
      // What was edited in more than its words since cannot be recognised.
      const isRecognised = alike.length > 0 || calling.content.hash.toString('hex') === hash;
      for (const [index, row] of rows.entries()) {
        const metaId = isSure ? alike[index]?.metaId : undefined;
        if (metaId === undefined) await noteLookedFor(db, row.id, isSure && isRecognised ? 'absent' : 'unsure');
        else {
          await noteFound(db, row.id, metaId);
          found.push({ ...row, metaId, status: 'unknown' });
        }
      }
    }
    return found;
  });
}

const hashOf = ({ content }: Calling, { message }: Unseen) => hashWithText(content, message).toString('hex');
