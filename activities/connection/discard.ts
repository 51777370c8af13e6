import type { TenantDb } from '../../db/tenant/pools.ts';
import { passing } from '../failures.ts';
import type { GraphClient, GraphFailure } from '../graph/client.ts';
import { meaningOf } from '../graph/reactions.ts';
import { inspectToken, type TokenFacts } from '../graph/tokens.ts';
import type { UserCredential } from './credential.ts';
import { forgetToken } from './forget-token.ts';
import { notify } from './notify.ts';

/**
 * What Meta itself says about a token: that it lives, or that it is proven dead.
 * @throws ApplicationFailure, retryable, when Meta does not say
 */
export async function inspected(graph: GraphClient, token: string): Promise<TokenFacts> {
  const answer = await inspectToken(graph, token);
  if (!answer.ok) throw passing('Meta does not say whether the token lives', answer.failure.retryAfterMs);
  if (!answer.data.valid && !isProvenDead(answer.data)) throw passing('Meta does not say whether the token lives');
  return answer.data;
}

/** "Not valid", for a reason that ends a login: any other code beside it is a fault of Meta's, and proves nothing. */
export function isProvenDead({ valid, code, subcode }: TokenFacts): boolean {
  return !valid && (code === undefined || meaningOf(code, subcode).reaction === 'reauthorize');
}

/**
 * Asks Meta itself about a token that was refused. Only its "not valid" is proof: time-outs, faults and rate limits never are.
 * @returns why it is dead; undefined where Meta says that it lives
 * @throws ApplicationFailure, retryable, when Meta does not say
 */
export async function proveDead(graph: GraphClient, token: string): Promise<TokenFacts | undefined> {
  const facts = await inspected(graph, token);
  return facts.valid ? undefined : facts;
}

/** Forgets the dead token of a person, and says what to do. Accounts with living tokens of their own go on. */
export async function discard(
  db: TenantDb,
  connection: string,
  { id, sealed }: Pick<UserCredential, 'id' | 'sealed'>,
  why: Pick<GraphFailure, 'code' | 'subcode'>,
): Promise<void> {
  const { code = 190, subcode } = why;
  const { words } = meaningOf(code, subcode);
  const remedy = 'Connect again.';
  await db.transaction().execute(async (trx) => {
    if (!(await forgetToken(trx, { credential: id, sealed }, { code, subcode }))) return;
    await trx.updateTable('connections').set({ reason: words, remedy }).where('id', '=', connection).execute();
    await notify(trx, { about: 'connection', subject: connection, words, remedy });
  });
}
