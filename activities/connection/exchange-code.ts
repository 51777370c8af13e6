import { passing } from '../failures.ts';
import { type GraphFailure, passes } from '../graph/failure.ts';
import { inspectToken, longLivedToken, type TokenFacts } from '../graph/tokens.ts';
import { admitPerson } from './admit-person.ts';
import { fail } from './close-authorization.ts';
import type { At, AuthorizationRef, ConnectionParts } from './parts.ts';
import { spendCode } from './spend-code.ts';

/**
 * Turns what the browser brought back into a connection with a long-lived token. Safe to run twice, although the code is not: what
 * was bought with it is sealed before the next step, and an answer that was lost ends in words.
 * @throws ApplicationFailure, retryable, for passing faults
 */
export const exchangeCode =
  (parts: ConnectionParts) =>
  async (ref: At<AuthorizationRef>): Promise<'settled'> => {
    const short = await spendCode(parts, ref);
    if (!short) return 'settled';
    const { graph, tenants } = parts;
    const refuse = (words: string, failure?: GraphFailure) =>
      tenants
        .use(ref.tenant, (db) => fail(db, ref.authorization, failure ? { words, failure } : { words }))
        .then(() => 'settled' as const);

    const long = await longLivedToken(graph, short);
    if (!long.ok) {
      if (passes(long.failure)) throw passing('Meta did not exchange the token', long.failure.retryAfterMs);
      return refuse(`${long.failure.words} Please connect again.`, long.failure);
    }
    const inspected = await inspectToken(graph, long.data);
    if (!inspected.ok) throw passing('Meta did not say whose token it is', inspected.failure.retryAfterMs);
    const objection = objectionTo(inspected.data);
    if (objection) return refuse(objection);
    const admitted = await admitPerson(parts, ref, { token: long.data, facts: inspected.data });
    return admitted
      ? 'settled'
      : refuse('This login is being disconnected at the moment. Please connect again in a minute.');
  };

function objectionTo(facts: TokenFacts): string | undefined {
  if (!facts.ofThisApp) return 'Facebook answered for another app. An operator has to look at the settings of the app.';
  if (facts.kind === 'system-user')
    return 'Facebook gave the token of a system user, and this product works with the login of a person. Choose "user access token" in the configuration of the login.';
  if (facts.kind !== 'user' || !facts.userId) return 'Facebook did not say who logged in. Please connect again.';
  return facts.valid ? undefined : 'Facebook took the login back at once. Please connect again.';
}
