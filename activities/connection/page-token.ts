import { graphFields } from '../../meta/graph-objects.ts';
import { passing } from '../failures.ts';
import type { GraphClient, GraphFailure } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { inspectToken, type TokenFacts } from '../graph/tokens.ts';
import type { UserCredential } from './credential.ts';

export interface PageAnswer {
  page: Record<string, unknown>;
  token: string;
  facts: TokenFacts;
}

/**
 * A Page with the token that acts for it, proven by `debug_token`.
 * @param isFinal whether a refusal says that Meta gives none
 * @returns undefined where Meta gives none to this person
 * @throws ApplicationFailure, retryable, for passing faults
 */
export async function readPageWithToken(
  graph: GraphClient,
  user: Pick<UserCredential, 'token' | 'scopes'>,
  pageMetaId: string,
  isFinal = (failure: GraphFailure) => !passes(failure),
): Promise<PageAnswer | undefined> {
  const call = { method: 'GET', path: `/${pageMetaId}`, token: user.token, granted: user.scopes } as const;
  const answer = await graph.call<Record<string, unknown>>({ ...call, fields: graphFields.page });
  if (!answer.ok) {
    if (!isFinal(answer.failure)) throw passing('Meta did not show a Page', answer.failure.retryAfterMs);
    return undefined;
  }
  const token = answer.data.access_token;
  if (typeof token !== 'string') return undefined;
  const proof = await inspectToken(graph, token);
  if (!proof.ok) throw passing('Meta did not prove a Page token', proof.failure.retryAfterMs);
  const { valid, ofThisApp, kind } = proof.data;
  return valid && ofThisApp && kind === 'page' ? { page: answer.data, token, facts: proof.data } : undefined;
}
