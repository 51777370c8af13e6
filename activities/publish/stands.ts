import { passing } from '../failures.ts';
import type { GraphFailure } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { blamesLogin } from './failing.ts';
import type { PublishParts, TargetRef } from './parts.ts';
import type { PublishedTarget } from './published.ts';
import { verdictOn } from './verdict-on.ts';

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
  const verdict = await verdictOn(parts, ref, credential, failure);
  if (verdict === 'another') throw passing('Another login takes over');
  return verdict === 'none';
}
