import type { Grant } from '../../meta/capabilities.ts';
import type { GraphAnswer, GraphClient } from './client.ts';
import { noAnswer } from './failure.ts';
import { metaId } from './ids.ts';

/** The code of a login for a token that lives an hour or two. The code can be used once. */
export const tokenForCode = (graph: GraphClient, code: string, redirectUri: string): Promise<GraphAnswer<string>> =>
  token(graph.exchange({ code, redirect_uri: redirectUri }));

/** A living token of a person for one that lives about 60 days. Meta does not promise that a second time gives more. */
export const longLivedToken = (graph: GraphClient, alive: string): Promise<GraphAnswer<string>> =>
  token(graph.exchange({ grant_type: 'fb_exchange_token', fb_exchange_token: alive }));

async function token(answering: Promise<GraphAnswer<{ access_token?: unknown }>>): Promise<GraphAnswer<string>> {
  const answer = await answering;
  if (!answer.ok) return answer;
  const { access_token } = answer.data;
  const usable = typeof access_token === 'string' && /^[\x21-\x7e]+$/.test(access_token);
  return usable ? { ok: true, data: access_token } : { ok: false, failure: noAnswer() };
}

export interface TokenFacts {
  valid: boolean;
  ofThisApp: boolean;
  kind: 'user' | 'page' | 'system-user' | 'other';
  /** The person at Meta. Nothing else of the person is ever read. */
  userId: string | undefined;
  scopes: string[];
  granularScopes: Grant[];
  /** `null`: no end is set. */
  expiresAtMs: number | null;
  dataAccessExpiresAtMs: number | null;
  /** Why it is not valid, where Meta says so. */
  code?: number;
  subcode?: number;
}

/** What Meta itself says about a token: the only proof that one is alive or dead. */
export async function inspectToken(graph: GraphClient, inspected: string): Promise<GraphAnswer<TokenFacts>> {
  const call = { method: 'GET', path: '/debug_token', params: { input_token: inspected } } as const;
  const answer = await graph.callAsApp<{ data?: unknown }>(call);
  if (!answer.ok) return answer;
  const { data } = answer.data;
  const said = data && typeof data === 'object' ? (data as Record<string, unknown>) : undefined;
  if (typeof said?.is_valid !== 'boolean') return { ok: false, failure: noAnswer() };
  return { ok: true, data: facts(said, graph.appId) };
}

const kinds: Record<string, TokenFacts['kind']> = { USER: 'user', PAGE: 'page', SYSTEM_USER: 'system-user' };

function facts(said: Record<string, unknown>, appId: string): TokenFacts {
  const { code, subcode } = (said.error ?? {}) as Record<string, unknown>;
  return {
    valid: said.is_valid === true,
    ofThisApp: metaId(said.app_id) === appId,
    kind: kinds[String(said.type)] ?? 'other',
    userId: metaId(said.user_id),
    scopes: list(said.scopes).filter((scope) => typeof scope === 'string'),
    granularScopes: list(said.granular_scopes).flatMap(grant),
    expiresAtMs: secondsToMs(said.expires_at),
    dataAccessExpiresAtMs: secondsToMs(said.data_access_expires_at),
    ...(typeof code === 'number' ? { code } : {}),
    ...(typeof subcode === 'number' ? { subcode } : {}),
  };
}

function grant(entry: unknown): Grant[] {
  const { scope, target_ids } = (entry ?? {}) as Record<string, unknown>;
  if (typeof scope !== 'string') return [];
  if (!Array.isArray(target_ids)) return [{ scope }];
  return [{ scope, target_ids: target_ids.flatMap((id) => metaId(id) ?? []) }];
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const secondsToMs = (value: unknown): number | null =>
  typeof value === 'number' && value > 0 && value < 1e11 ? value * 1_000 : null;
