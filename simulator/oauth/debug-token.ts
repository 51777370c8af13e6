import { badParameter, tokenDead } from '../errors.ts';
import { deathOf, tokenIn } from '../graph/authenticate.ts';
import type { Params } from '../http/params.ts';
import { unixSeconds } from '../state/clock.ts';
import { grantsOf } from '../state/grants.ts';
import { findToken, type Token } from '../state/tokens.ts';
import type { World } from '../world.ts';

/** `/debug_token`: what a token is good for, asked by the app itself or by someone who uses it. */
export function debugToken(world: World, header: string, params: Params): unknown {
  const asking = tokenIn(header, params);
  const { app, clock, db } = world;
  const known = asking === undefined ? undefined : findToken(db, asking);
  if (asking !== `${app.id}|${app.secret}` && (!known || deathOf(known, clock.nowMs()) !== undefined))
    throw badParameter(
      'You must provide an app access token, or a user access token that is an owner or developer of the app',
    );
  const input = params.text('input_token');
  if (!input) throw badParameter('The parameter input_token is required');
  const token = findToken(db, input);
  return { data: token ? described(world, token) : unreadable() };
}

function unreadable(): Record<string, unknown> {
  return { error: { code: 190, message: tokenDead().message }, is_valid: false, scopes: [] };
}

function described(world: World, token: Token): Record<string, unknown> {
  const { app, clock, db } = world;
  const death = deathOf(token, clock.nowMs());
  const grants = death === 458 ? [] : grantsOf(db, token.person_id).filter(({ granted }) => granted);
  return {
    app_id: app.id,
    type: token.kind === 'page' ? 'PAGE' : world.switches.now.systemUserTokens ? 'SYSTEM_USER' : 'USER',
    application: app.name,
    data_access_expires_at: unixSeconds(token.data_access_expires_at),
    ...(death !== undefined && { error: { code: 190, message: tokenDead(death).message, subcode: death } }),
    expires_at: unixSeconds(token.expires_at),
    is_valid: death === undefined,
    issued_at: unixSeconds(token.issued_at),
    ...(token.page_id !== null && { profile_id: token.page_id }),
    scopes: grants.map(({ permission }) => permission),
    granular_scopes: grants.map(({ permission, targets }) => ({
      scope: permission,
      ...(targets && { target_ids: targets }),
    })),
    user_id: token.person_id,
  };
}
