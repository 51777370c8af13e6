import { v7 } from 'uuid';
import { type Deed, owe } from '../../db/control/audit/owe.ts';
import type { ControlDb } from '../../db/control/connect.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Caller } from '../session/caller.ts';

type Done = Omit<Deed, 'actor'>;
/** Under an Idempotency-Key the id of the entry tells that it was done before. */
type DoneHere = Done & { id?: string };
type By = Pick<Caller, 'kind' | 'actor'>;

/** Writes down who did what in the tenant's database. To be called in the transaction that does it. */
export async function audit(
  tx: TenantDb,
  { kind, actor }: By,
  { id = v7(), action, subject, details }: DoneHere,
): Promise<void> {
  const entry = { id, actor_kind: kind, actor, action, subject: subject ?? null };
  await tx
    .insertInto('audit_log')
    .values({ ...entry, ...(details && { details: JSON.stringify(details) }) })
    .execute();
}

/** The same for what is done in the control database, in whose transaction it is to be called. */
export const auditInControl = (tx: ControlDb, tenant: string, { kind, actor }: By, done: Done): Promise<void> =>
  owe(tx, tenant, { actor: { kind, id: actor }, ...done });
