import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

export interface WrappedUnder {
  tenant: string;
  masterId: number;
}

/** Under which master keys what belongs to each tenant is wrapped; one row a tenant and master key. */
export async function wrappedUnder(control: ControlDb): Promise<WrappedUnder[]> {
  // The id of the key is in the four bytes after the first.
  const idIn = (column: string) =>
    sql`('x' || encode(substring(${sql.ref(column)} from 2 for 4), 'hex'))::bit(32)::bigint & 4294967295`;
  const { rows } = await sql<WrappedUnder>`
    select tenant, ${idIn('wrapped')} as "masterId" from tenant_keys
    union
    select id, ${idIn('worker_password_sealed')} from tenants
    order by 1, 2`.execute(control);
  return rows;
}
