import { createHmac, timingSafeEqual } from 'node:crypto';
import { GraphError, tokenDead } from '../errors.ts';
import type { Params } from '../http/params.ts';
import { findToken, type Token } from '../state/tokens.ts';
import type { World } from '../world.ts';

/** The token of a call: in the header as `Bearer` or `OAuth`, or as the parameter `access_token`. */
export function tokenIn(header: string, params: Params): string | undefined {
  return /^(?:bearer|oauth)\s+(\S+)\s*$/i.exec(header)?.[1] ?? params.text('access_token');
}

/** The token with all that is known of it; refused when it is missing, unknown, over, dead, or when its proof is wrong. */
export function authenticate(world: World, header: string, params: Params): Token {
  const given = tokenIn(header, params);
  if (!given) throw new GraphError(104, 'An access token is required to request this resource.');
  if (given === `${world.app.id}|${world.app.secret}`)
    throw new GraphError(2500, 'An active access token must be used to query information about the current user.');
  const token = findToken(world.db, given);
  if (!token) throw tokenDead();
  refuseDead(token, world.clock.nowMs());
  checkProof(world, token, params.text('appsecret_proof'));
  return token;
}

/** The subcode of a token that is no good any more. */
export function deathOf(token: Token, nowMs: number): number | undefined {
  if (token.dead_subcode !== null) return token.dead_subcode;
  return token.expires_at !== 0 && token.expires_at <= nowMs ? 463 : undefined;
}

function refuseDead(token: Token, nowMs: number): void {
  const subcode = deathOf(token, nowMs);
  if (subcode !== undefined) throw tokenDead(subcode);
}

/** Each is asked for at every call with its token. */
const proofs = new WeakMap<Token, string>();

function checkProof({ app, switches }: World, token: Token, proof: string | undefined): void {
  if (proof === undefined && !switches.now.requireAppSecretProof) return;
  if (proof === undefined)
    throw new GraphError(100, 'API calls from the server require an appsecret_proof argument', {
      type: 'GraphMethodException',
    });
  const right = proofs.get(token) ?? createHmac('sha256', app.secret).update(token.token).digest('hex');
  proofs.set(token, right);
  if (!same(right, proof))
    throw new GraphError(100, 'Invalid appsecret_proof provided in the API argument', { type: 'GraphMethodException' });
}

function same(right: string, given: string): boolean {
  const [a, b] = [Buffer.from(right), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
