import { ApplicationFailure } from '@temporalio/common';
import { judgeCredential } from '../connection/judge-credential.ts';
import { passing } from '../failures.ts';
import type { GraphFailure } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { blamesLogin } from './failing.ts';
import type { PublishParts, TargetRef } from './parts.ts';
import type { PublishedTarget } from './published.ts';

/**
 * Whether a refusal is Meta's last word on what was to be done to a published post. Where it blames the login Meta is asked about that, and what
 * it says is kept: a refusal of a login that it says is good proves nothing.
 * @throws ApplicationFailure that is retried where another login takes over
 */
export async function stands(
  parts: PublishParts,
  { tenant }: TargetRef,
  { content, credential }: PublishedTarget,
  failure: GraphFailure,
): Promise<boolean> {
  if (passes(failure)) return false;
  if (!blamesLogin(failure)) return true;
  const ref = { tenant, account: content.row.account };
  const verdict = await judgeCredential(parts, ref, credential, failure).catch(unsaid);
  if (verdict === 'another') throw passing('Another login takes over');
  return verdict === 'none';
}

function unsaid(error: unknown): 'lives' {
  if (error instanceof ApplicationFailure) return 'lives';
  throw error;
}
