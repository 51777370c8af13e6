import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { passing } from '../failures.ts';
import { passes } from '../graph/failure.ts';
import { inspectToken, longLivedToken, type TokenFacts } from '../graph/tokens.ts';
import { keepToken, type UserCredential, userCredential } from './credential.ts';
import { discard, proveDead } from './discard.ts';
import { notify } from './notify.ts';
import type { At, ConnectionParts, ConnectionRef } from './parts.ts';

/** `renewal-needed`: the token lives on, but only the person can get another. `dead`: discarded. */
export type Refreshed = 'refreshed' | 'renewal-needed' | 'dead';

/** Meta rounds; an end that moved by less than this did not move. */
const noticeableMs = 3_600_000;

/**
 * Exchanges the long-lived user token for a fresh one, and proves it with `debug_token` before the old one is overwritten.
 * @throws ApplicationFailure, retryable, while Meta does not prove anything
 */
export const refreshToken =
  (parts: ConnectionParts) =>
  async (ref: At<ConnectionRef>): Promise<Refreshed> => {
    const { graph, tenants } = parts;
    const old = await userCredential(parts, ref);
    if (!old) return 'dead';
    const keepOld = () => tenants.use(ref.tenant, (db) => askPerson(db, ref.connection, old)).then(renewalNeeded);

    const exchanged = await longLivedToken(graph, old.token);
    if (!exchanged.ok) {
      const { failure } = exchanged;
      if (passes(failure)) throw passing('Meta did not exchange the token', failure.retryAfterMs);
      const dead = await proveDead(graph, old.token);
      if (!dead) return keepOld();
      await tenants.use(ref.tenant, (db) => discard(db, ref.connection, old.id, { ...failure, ...dead }));
      return 'dead';
    }
    const proof = await inspectToken(graph, exchanged.data);
    if (!proof.ok) throw passing('Meta did not prove the fresh token', proof.failure.retryAfterMs);
    if (!livesLonger(proof.data, old)) return keepOld();
    const kept = { ...ref, token: exchanged.data, facts: proof.data };
    await tenants.use(ref.tenant, (db) => db.transaction().execute((trx) => keepToken(parts, trx, kept)));
    return 'refreshed';
  };

const renewalNeeded = () => 'renewal-needed' as const;

function livesLonger(fresh: TokenFacts, old: UserCredential): boolean {
  if (!fresh.valid || !fresh.ofThisApp || fresh.kind !== 'user') return false;
  if (fresh.expiresAtMs === null || old.expiresAtMs === null) return fresh.expiresAtMs === null;
  return fresh.expiresAtMs > old.expiresAtMs + noticeableMs;
}

async function askPerson(db: TenantDb, connection: string, old: UserCredential): Promise<void> {
  const asked = await db
    .updateTable('credentials')
    .set({
      health: 'renewal-needed',
      health_since: sql`clock_timestamp()`,
      refresh_at: old.expiresAtMs === null ? null : new Date(old.expiresAtMs),
    })
    .where('id', '=', old.id)
    .where('health', '=', 'alive')
    .executeTakeFirst();
  if (asked.numUpdatedRows === 0n) return;
  await notify(db, {
    about: 'connection',
    subject: connection,
    words:
      'Facebook does not renew this login by itself. Publishing goes on; finding new Pages will stop when the login ends.',
    remedy: 'Connect again before it ends.',
  });
}
