import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { isOver } from '../../db/tenant/targets/read-target.ts';
import { publishId } from '../../workflows/ids.ts';
import { judgeCredential, type UsedCredential } from '../connection/judge-credential.ts';
import { passing } from '../failures.ts';
import type { GraphAnswer } from '../graph/client.ts';
import { noAnswer } from '../graph/failure.ts';
import { type Content, readContent } from './content.ts';
import { blamesLogin, diagnosticOf, end, noCredential, patienceMs } from './failing.ts';
import { pageToken } from './page-token.ts';
import type { PublishParts, WantedTarget } from './parts.ts';

export interface Ready {
  content: Content;
  credential: UsedCredential;
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
    const credential = await pageToken(parts, db, { tenant, account: content.row.account });
    const overdueMs = entry.now.getTime() - (entry.dueAt ?? entry.wantedAt).getTime();
    if (credential) return { content, credential, overdueMs };
    await end(db, target, noCredential, 0);
    return 'over';
  });
}

type Parts = Pick<PublishParts, 'control' | 'tenants' | 'temporal' | 'vault' | 'graph'>;

/**
 * Closes the ledger entry of an invisible call by its answer.
 * @returns true when Meta's refusal ended the target
 * @throws ApplicationFailure that is retried when the failure is a passing one, or another login takes over
 */
export async function settle(
  parts: Parts,
  { tenant, target, ledger }: { tenant: string; target: string; ledger: string },
  answer: GraphAnswer<{ id?: unknown }>,
  { content, credential, overdueMs }: Ready,
): Promise<boolean> {
  const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => parts.tenants.use(tenant, work);
  if (answer.ok && typeof answer.data.id === 'string') {
    const metaId = answer.data.id;
    await inTenant((db) => closeEntry(db, ledger, { status: 'done', metaId }));
    return false;
  }
  // Without an id nobody knows what was made.
  const failure = answer.ok ? noAnswer() : answer.failure;
  const status = failure.kind === 'refused' ? 'refused' : 'unknown';
  await inTenant((db) => closeEntry(db, ledger, { status, diagnostic: diagnosticOf(failure) }));
  if (blamesLogin(failure)) {
    const verdict = await judgeCredential(parts, { tenant, account: content.row.account }, credential, failure);
    if (verdict === 'another') throw passing('Another login takes over');
    if (verdict === 'lives' && overdueMs < patienceMs) throw passing('Meta refused a token that it says is good');
  }
  if (await inTenant((db) => end(db, target, failure, overdueMs))) return true;
  throw passing('Meta did not take it for now', failure.retryAfterMs);
}
