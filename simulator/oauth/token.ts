import { badParameter, GraphError, tokenDead } from '../errors.ts';
import { deathOf } from '../graph/authenticate.ts';
import type { Params } from '../http/params.ts';
import { SECOND_MS } from '../state/clock.ts';
import { redeemCode } from '../state/codes.ts';
import {
  DATA_ACCESS_LIFE_MS,
  findToken,
  issueToken,
  LONG_LIFE_MS,
  SHORT_LIFE_MS,
  type Token,
} from '../state/tokens.ts';
import type { World } from '../world.ts';

const refusals = {
  unknown: new GraphError(100, 'Invalid verification code format.'),
  used: new GraphError(100, 'This authorization code has been used.', { subcode: 36_009 }),
  expired: new GraphError(100, 'This authorization code has expired.', { subcode: 36_007 }),
  'other-redirect': new GraphError(
    100,
    'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request',
    { subcode: 36_008 },
  ),
};

/** `/oauth/access_token`: a code becomes a short-lived token, a living token a long-lived one. */
export function accessToken(world: World, params: Params): unknown {
  checkApp(world, params);
  const grantType = params.text('grant_type');
  if (grantType === 'fb_exchange_token') return exchanged(world, params.text('fb_exchange_token'));
  if (grantType === undefined || grantType === 'authorization_code') return redeemed(world, params);
  throw badParameter('Invalid grant_type');
}

function checkApp({ app }: World, params: Params): void {
  const clientId = params.text('client_id');
  if (!clientId) throw new GraphError(101, 'Missing client_id parameter.');
  if (clientId !== app.id)
    throw new GraphError(101, 'Error validating application. Cannot get application info due to a system error.');
  if (!params.text('client_secret')) throw new GraphError(1, 'Missing client_secret parameter.');
  if (params.text('client_secret') !== app.secret) throw new GraphError(1, 'Error validating client secret.');
}

function redeemed(world: World, params: Params): unknown {
  const [redirectUri, code] = [params.text('redirect_uri'), params.text('code')];
  if (!redirectUri) throw new GraphError(191, 'Missing redirect_uri parameter.');
  if (!code) throw new GraphError(1, 'Missing authorization code');
  const nowMs = world.clock.nowMs();
  const redeemed = redeemCode(world.db, code, redirectUri, nowMs);
  if (typeof redeemed === 'string') throw refusals[redeemed];
  return issued(world, redeemed.personId, {
    longLived: false,
    expiresAt: nowMs + SHORT_LIFE_MS,
    dataAccess: nowMs + DATA_ACCESS_LIFE_MS,
  });
}

function exchanged(world: World, given: string | undefined): unknown {
  if (!given) throw badParameter('The parameter fb_exchange_token is required');
  const token = findToken(world.db, given);
  if (token?.kind !== 'user') throw tokenDead();
  const death = deathOf(token, world.clock.nowMs());
  if (death !== undefined) throw tokenDead(death);
  // Data access is renewed by a person in the dialog, not by an exchange.
  const dataAccess = token.data_access_expires_at;
  return issued(world, token.person_id, { longLived: true, expiresAt: endOfExchanged(world, token), dataAccess });
}

function endOfExchanged(world: World, token: Token): number {
  const { tokenNeverExpires, exchangeExtends } = world.switches.now;
  if (tokenNeverExpires) return 0;
  return token.long_lived && !exchangeExtends ? token.expires_at : world.clock.nowMs() + LONG_LIFE_MS;
}

function issued(
  world: World,
  personId: string,
  life: { longLived: boolean; expiresAt: number; dataAccess: number },
): unknown {
  const nowMs = world.clock.nowMs();
  const { token } = issueToken(world.db, {
    kind: 'user',
    person_id: personId,
    page_id: null,
    long_lived: life.longLived ? 1 : 0,
    issued_at: nowMs,
    expires_at: life.expiresAt,
    data_access_expires_at: life.dataAccess,
  });
  const expires = life.expiresAt === 0 ? {} : { expires_in: Math.floor((life.expiresAt - nowMs) / SECOND_MS) };
  return { access_token: token, token_type: 'bearer', ...expires };
}
