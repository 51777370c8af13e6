import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';

/**
 * Notes that a command has come and gone, for targets that it leaves as they are: a workflow that sees a newer revision wanted than the row
 * has would wait for a transaction that never comes.
 */
export async function settle(db: TenantDb, targets: readonly { id: string; revision: number }[]): Promise<void> {
  if (!targets.length) return;
  await sql`
    update targets t set revision = p.revision
    from unnest(${targets.map(({ id }) => id)}::uuid[], ${targets.map(({ revision }) => revision)}::int[]) as p (id, revision)
    where t.id = p.id and t.revision < p.revision`.execute(db);
}
