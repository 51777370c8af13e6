import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { passing } from '../failures.ts';
import { passes } from '../graph/failure.ts';
import { inspectToken, longLivedToken, type TokenFacts } from '../graph/tokens.ts';
import { alone } from './alone.ts';
import { takeBackAsking } from './ask-for-renewal.ts';
import { keepToken, type UserCredential, userCredential } from './credential.ts';
import { discard, proveDead } from './discard.ts';
import type { At, ConnectionParts, ConnectionRef } from './parts.ts';
import { readPageTokens } from './renew-page-tokens.ts';

/** `renewal-needed`: the token lives on, but only the person can get another. `dead`: discarded. */
export type Refreshed = 'refreshed' | 'renewal-needed' | 'dead';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Meta rounds; an end that moved by less than this did not move. */
const noticeableMs = hourMs;

/**
 * Exchanges the long-lived user token for a fresh one, and proves it with `debug_token` before the old one is overwritten; then the Page tokens
 * are read anew.
 * @throws ApplicationFailure, retryable, while Meta does not prove anything
 */
export const refreshToken =
  (parts: ConnectionParts) =>
  async (ref: At<ConnectionRef>): Promise<Refreshed> => {
    const old = await userCredential(parts, ref);
    if (!old) return 'dead';
    // Where only the answer of the step was lost, a second exchange would seem to give no more time.
    const outcome = old.obtainedAtMs >= ref.nowMs ? 'refreshed' : await oneAtATime(parts, ref, old);
    const user = outcome === 'refreshed' ? await userCredential(parts, ref) : undefined;
    if (user) await readPageTokens(parts, ref, user);
    return outcome;
  };

/** A person's grants are one at Meta, however many tenants that person has connected. */
async function oneAtATime(parts: ConnectionParts, ref: At<ConnectionRef>, old: UserCredential): Promise<Refreshed> {
  const row = await parts.tenants.use(ref.tenant, (db) =>
    db.selectFrom('connections').select('meta_user_id').where('id', '=', ref.connection).executeTakeFirst(),
  );
  return row ? alone(parts, 'person', row.meta_user_id, () => exchange(parts, ref, old)) : 'dead';
}

async function exchange(parts: ConnectionParts, ref: At<ConnectionRef>, old: UserCredential): Promise<Refreshed> {
  const { graph, tenants } = parts;
  const keepOld = () => tenants.use(ref.tenant, (db) => needRenewal(db, ref, old)).then(renewalNeeded);

  const exchanged = await longLivedToken(graph, old.token);
  if (!exchanged.ok) {
    const { failure } = exchanged;
    if (passes(failure)) throw passing('Meta did not exchange the token', failure.retryAfterMs);
    const dead = await proveDead(graph, old.token);
    if (!dead && failure.reaction === 'reauthorize') throw passing('Meta refused a token that it says is good');
    if (!dead) return keepOld();
    await tenants.use(ref.tenant, (db) => discard(db, ref.connection, old, { ...failure, ...dead }));
    return 'dead';
  }
  const proof = await inspectToken(graph, exchanged.data);
  if (!proof.ok) throw passing('Meta did not prove the fresh token', proof.failure.retryAfterMs);
  if (!livesLonger(proof.data, old)) return keepOld();
  const kept = { ...ref, token: exchanged.data, facts: proof.data };
  await tenants.use(ref.tenant, (db) =>
    db.transaction().execute(async (trx) => {
      await keepToken(parts, trx, kept);
      await takeBackAsking(trx, ref.connection);
    }),
  );
  return 'refreshed';
}

const renewalNeeded = () => 'renewal-needed' as const;

function livesLonger(fresh: TokenFacts, old: UserCredential): boolean {
  if (!fresh.valid || !fresh.ofThisApp || fresh.kind !== 'user') return false;
  if (fresh.expiresAtMs === null || old.expiresAtMs === null) return fresh.expiresAtMs === null;
  return fresh.expiresAtMs > old.expiresAtMs + noticeableMs;
}

/** Meta may renew tomorrow what it does not renew today: it is tried every day until the last, and once it has ended, so that what is dead is discarded. */
function nextTryMs(nowMs: number, endsAtMs: number): number {
  return nowMs + dayMs < endsAtMs - dayMs ? nowMs + dayMs : Math.max(endsAtMs, nowMs + hourMs);
}

/** The person is asked by the workflow, 14, 7 and 1 day ahead, or at once where fewer are left. */
async function needRenewal(db: TenantDb, { nowMs }: At<ConnectionRef>, old: UserCredential): Promise<void> {
  const refresh_at = old.expiresAtMs === null ? null : new Date(nextTryMs(nowMs, old.expiresAtMs));
  const health_since = sql<Date>`case when health = 'renewal-needed' then health_since else clock_timestamp() end`;
  await db
    .updateTable('credentials')
    .set({ refresh_at, health: 'renewal-needed', health_since })
    .where('id', '=', old.id)
    // Not over what a new login has brought meanwhile.
    .where('token_sealed', '=', old.sealed)
    .execute();
}
