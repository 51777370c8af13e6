import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { markSent } from '../../db/control/workflows/mark-sent.ts';
import { want } from '../../db/control/workflows/want.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { routeHash } from '../../db/vault/route-hash.ts';
import { connectionId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import type { TokenFacts } from '../graph/tokens.ts';
import { keepToken } from './credential.ts';
import type { At, AuthorizationRef, ConnectionParts } from './parts.ts';

interface Proven {
  token: string;
  facts: TokenFacts;
}

/**
 * Finds the connection of the person that Meta named, or makes one, keeps the token there and sets its workflow going.
 * @returns false when that connection is just being erased
 */
export async function admitPerson(parts: ConnectionParts, ref: At<AuthorizationRef>, proven: Proven): Promise<boolean> {
  const { control, tenants, temporal, routeKey } = parts;
  const { tenant } = ref;
  const person = proven.facts.userId ?? '';
  const known = await tenants.use(tenant, (db) =>
    db.selectFrom('connections').select(['id', 'state']).where('meta_user_id', '=', person).executeTakeFirst(),
  );
  if (known?.state === 'erasing') return false;
  const connection = known?.id ?? uuidv7();
  const workflow = connectionId(tenant, connection);

  await control
    .insertInto('routes')
    .values({ hash: routeHash(routeKey, 'person', person), kind: 'person', tenant })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const revision = await want(control, { id: workflow, tenant });
  const admitted = await tenants.use(tenant, (db) =>
    db.transaction().execute((trx) => admit(parts, trx, { ...ref, connection, person }, proven)),
  );
  if (!admitted || revision === undefined) return admitted;
  await nudge(temporal, workflow);
  await markSent(control, workflow, revision);
  return true;
}

interface Admission extends At<AuthorizationRef> {
  connection: string;
  person: string;
}

async function admit(
  parts: ConnectionParts,
  trx: TenantDb,
  { tenant, authorization, connection, person, nowMs }: Admission,
  { token, facts }: Proven,
): Promise<boolean> {
  const closed = await trx
    .updateTable('authorizations')
    .set({ status: 'done', connection, code_sealed: null, finished_at: sql`clock_timestamp()` })
    .where('id', '=', authorization)
    .where('status', '=', 'exchanging')
    .returning('person')
    .executeTakeFirst();
  if (!closed) return true; // another run of the same step was quicker
  const anew = { state: 'discovering' as const, since: sql<Date>`clock_timestamp()`, reason: null, remedy: null };
  const row = await trx
    .insertInto('connections')
    .values({ id: connection, meta_user_id: person, created_by: closed.person, ...anew })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(anew).where('connections.state', '!=', 'erasing'))
    .returning('id')
    .executeTakeFirst();
  if (!row) throw new ErasedMeanwhile();
  await keepToken(parts, trx, { tenant, connection, token, facts, nowMs });
  return true;
}

/** Rolls the transaction back; the next attempt finds the connection erasing, and says so. */
class ErasedMeanwhile extends Error {
  override name = 'ErasedMeanwhile';
}
