import { sql } from 'kysely';
import { type Vault, VaultError } from '../../vault/vault.ts';
import type { TenantDb } from '../pools.ts';
import type { SealedColumn } from './columns.ts';
import { underOtherKeys } from './under-other-keys.ts';

export interface Batch {
  tenant: string;
  where: SealedColumn;
  /** The data key under which everything is to be. */
  keyId: number;
  /** Rows after this one, in the order of their ids. */
  after: string;
  size: number;
}

export interface Resealed {
  resealed: number;
  /** Values that open with no key: they stay as they are. */
  unopenable: number;
  /** Where the next batch begins; absent after the last. */
  next?: string;
}

/** Seals some rows anew. Those that somebody holds are left to the next pass, so that nobody ever waits for it. */
export const resealBatch = (db: TenantDb, vault: Vault, batch: Batch): Promise<Resealed> =>
  db.transaction().execute(async (trx) => {
    const { table, column } = batch.where;
    const { rows } = await sql<{ id: string; sealed: Buffer }>`
      select id, ${sql.ref(column)} as sealed from ${sql.table(table)}
      where id > ${batch.after} and ${underOtherKeys(column, batch.keyId)}
      order by id limit ${batch.size} for update skip locked`.execute(trx);
    const fresh = await Promise.all(rows.map((row) => reseal(vault, batch, row)));
    const opened = fresh.filter((row) => row !== undefined);
    if (opened.length)
      await sql`
        update ${sql.table(table)} t set ${sql.ref(column)} = n.sealed
        from unnest(${opened.map(({ id }) => id)}::uuid[], ${opened.map(({ sealed }) => sealed)}::bytea[]) as n (id, sealed)
        where t.id = n.id`.execute(trx);
    const last = rows.length === batch.size ? rows.at(-1)?.id : undefined;
    return {
      resealed: opened.length,
      unopenable: rows.length - opened.length,
      ...(last !== undefined && { next: last }),
    };
  });

async function reseal(vault: Vault, { tenant, where, keyId }: Batch, { id, sealed }: { id: string; sealed: Buffer }) {
  const place = { tenant, table: where.table, row: id, column: where.column };
  try {
    return { id, sealed: await vault.reseal(place, sealed, keyId) };
  } catch (error) {
    if (error instanceof VaultError) return undefined;
    throw error;
  }
}
