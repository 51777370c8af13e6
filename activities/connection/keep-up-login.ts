import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { scopesToAsk } from '../../meta/permissions.ts';
import type { TokenFacts } from '../graph/tokens.ts';
import { grantsToKeep, type UserCredential } from './credential.ts';
import { discard, inspected } from './discard.ts';
import type { ConnectionParts, ConnectionRef } from './parts.ts';
import { refreshAtMs } from './refresh-moment.ts';
import { readUngranted, type Ungranted } from './ungranted.ts';

/** Meta rounds; an end that moved by less than this did not move. */
const noticeableMs = 3_600_000;

/**
 * Has Meta say what a person's login is good for now: what is granted and what not, when it ends, how long Instagram's data are shown. Where it is proven dead
 * it is discarded.
 * @throws ApplicationFailure, retryable, while Meta does not say
 */
export async function keepUpLogin(
  { graph, tenants, furtherPermissions }: Pick<ConnectionParts, 'graph' | 'tenants' | 'furtherPermissions'>,
  { tenant, connection }: ConnectionRef,
  user: UserCredential,
): Promise<void> {
  const said = await inspected(graph, user.token);
  if (!said.valid) {
    await tenants.use(tenant, (db) => discard(db, connection, user, said));
    return;
  }
  const lacking = scopesToAsk(furtherPermissions).filter((name) => !said.scopes.includes(name));
  const facts = { ...said, ungranted: await readUngranted(graph, user.token, lacking) };
  await tenants.use(tenant, (db) => write(db, connection, user, facts));
}

interface LoginFacts extends TokenFacts {
  ungranted: Ungranted;
}

async function write(db: TenantDb, connection: string, user: UserCredential, facts: LoginFacts): Promise<void> {
  const moved = Math.abs((facts.expiresAtMs ?? 0) - (user.expiresAtMs ?? 0)) > noticeableMs;
  const grants = await grantsToKeep(db, connection, facts);
  const refreshAt = refreshAtMs(user.obtainedAtMs, facts.expiresAtMs);
  await db
    .updateTable('credentials')
    .set({
      scopes: facts.scopes,
      granular_scopes: JSON.stringify(grants),
      ungranted: JSON.stringify(facts.ungranted),
      data_access_expires_at: moment(facts.dataAccessExpiresAtMs),
      ...(moved && { expires_at: moment(facts.expiresAtMs), refresh_at: moment(refreshAt) }),
    })
    .where('id', '=', user.id)
    // Somebody may have logged in again while Meta was asked about the login before.
    .where(sql<boolean>`obtained_at = ${new Date(user.obtainedAtMs)}`)
    .where('health', '!=', 'dead')
    .execute();
}

const moment = (ms: number | null) => (ms === null ? null : new Date(ms));
