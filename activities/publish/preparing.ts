import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { isOver } from '../../db/tenant/targets/read-target.ts';
import { publishId } from '../../workflows/ids.ts';
import { passing } from '../failures.ts';
import type { GraphAnswer } from '../graph/client.ts';
import { noAnswer } from '../graph/failure.ts';
import { type Content, readContent } from './content.ts';
import { diagnosticOf, end, noCredential } from './failing.ts';
import { pageToken } from './page-token.ts';
import type { PublishParts, WantedTarget } from './parts.ts';

export interface Ready {
  content: Content;
  token: string;
  /** How long ago it was due; negative before. */
  overdueMs: number;
}

/** Looks whether a target may still be prepared, and opens what that needs. */
export async function readyToPrepare(
  parts: Pick<PublishParts, 'control' | 'tenants' | 'vault'>,
  { tenant, target, wanted }: WantedTarget,
): Promise<Ready | 'stale' | 'over'> {
  const entry = await readEntry(parts.control, publishId(tenant, target));
  if (!entry || entry.wanted !== wanted || entry.claimedBy) return 'stale';
  return parts.tenants.use(tenant, async (db) => {
    const content = await readContent(db, target);
    if (!content) return 'stale';
    if (isOver(content.row.state)) return 'over';
    const token = await pageToken(parts, db, { tenant, account: content.row.account });
    const overdueMs = entry.now.getTime() - (entry.dueAt ?? entry.wantedAt).getTime();
    if (token) return { content, token, overdueMs };
    await end(db, target, noCredential, 0);
    return 'over';
  });
}

/**
 * Closes the ledger entry of an invisible call by its answer.
 * @returns true when Meta's refusal ended the target
 * @throws ApplicationFailure that is retried when the failure is a passing one
 */
export async function settle(
  { tenants }: Pick<PublishParts, 'tenants'>,
  { tenant, target, ledger }: { tenant: string; target: string; ledger: string },
  answer: GraphAnswer<{ id?: unknown }>,
  overdueMs: number,
): Promise<boolean> {
  return tenants.use(tenant, async (db) => {
    if (answer.ok && typeof answer.data.id === 'string') {
      await closeEntry(db, ledger, { status: 'done', metaId: answer.data.id });
      return false;
    }
    // Without an id nobody knows what was made.
    const failure = answer.ok ? noAnswer() : answer.failure;
    const status = failure.kind === 'refused' ? 'refused' : 'unknown';
    await closeEntry(db, ledger, { status, diagnostic: diagnosticOf(failure) });
    if (await end(db, target, failure, overdueMs)) return true;
    throw passing('Meta did not take it for now', failure.retryAfterMs);
  });
}
