import { ApplicationFailure } from '@temporalio/common';
import { judgeCredential, type UsedCredential, type Verdict } from '../connection/judge-credential.ts';
import type { GraphFailure } from '../graph/client.ts';
import type { PublishParts } from './parts.ts';

/** What Meta says about a login that it has refused. While it says nothing the refusal is as little proven as where it calls the login good. */
export async function verdictOn(
  parts: PublishParts,
  of: { tenant: string; account: string },
  used: UsedCredential,
  failure: GraphFailure,
): Promise<Verdict> {
  try {
    return await judgeCredential(parts, of, used, failure);
  } catch (error) {
    if (error instanceof ApplicationFailure) return 'lives';
    throw error;
  }
}
