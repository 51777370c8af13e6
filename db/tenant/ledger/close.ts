import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';
import type { Diagnostic } from '../targets/record.ts';
import { isOpen } from '../targets/states.ts';
import type { LedgerRow } from './read.ts';

export interface Outcome {
  status: 'done' | 'refused' | 'unknown' | 'abandoned';
  metaId?: string;
  diagnostic?: Diagnostic;
  /** When the call was written, by this process's clock; absent where none was. */
  calledAt?: Date;
}

/** Writes down how a call ended. An entry whose outcome was unknown may be closed again by a witness. */
export async function closeEntry(db: TenantDb, id: string, outcome: Outcome): Promise<void> {
  await db
    .updateTable('ledger')
    .set({
      status: outcome.status,
      closed_at: sql`clock_timestamp()`,
      ...(outcome.metaId === undefined ? {} : { meta_id: outcome.metaId }),
      ...(outcome.diagnostic ? { diagnostic: JSON.stringify(outcome.diagnostic) } : {}),
      ...(outcome.calledAt ? { called_at: outcome.calledAt } : {}),
    })
    .where('id', '=', id)
    .where('status', 'not in', ['done', 'refused'])
    .execute();
}

/** The same, unless Meta has an id for it already: then it can be gone on with. */
export async function closeUnlessBegun(db: TenantDb, id: string, outcome: Outcome): Promise<void> {
  const begun = db.selectFrom('ledger').select('id').where('id', '=', id).where('meta_id', 'is not', null);
  if (!(await begun.executeTakeFirst())) await closeEntry(db, id, outcome);
}

/** No call was made after all. */
export async function forgetEntry(db: TenantDb, id: string): Promise<void> {
  await db
    .deleteFrom('ledger')
    .where('id', '=', id)
    .where('status', '=', 'open')
    .where('meta_id', 'is', null)
    .execute();
}

/**
 * Closes an entry as done, and looks at what is wanted of its target by now.
 * @returns false where that is something else: who began with it may not be there any more to hear of what was made
 */
export async function closeDone(db: TenantDb, id: string, o: { metaId: string; revision: number }): Promise<boolean> {
  const { rows } = await sql<{ revision: number; state: string }>`
    with closed as (
      update ledger set status = 'done', closed_at = clock_timestamp(), meta_id = ${o.metaId}
      where id = ${id} and status not in ('done', 'refused', 'abandoned') returning target
    )
    select revision, state from targets where id = (select target from closed)`.execute(db);
  return rows.every(({ revision, state }) => revision === o.revision && isOpen(state));
}

/** What lies at Meta ready to be made public has come to nothing there: it, and what went into it, is made anew. */
export async function refusePrepared(db: TenantDb, target: string, metaId: string): Promise<void> {
  await db
    .updateTable('ledger')
    .set({ status: 'refused' })
    .where('target', '=', target)
    .where('meta_id', '=', metaId)
    .where('step', '!=', 'commit')
    .where('status', '=', 'done')
    .execute();
}

/**
 * Takes something that lies at Meta for gone, before it is deleted there: it is not put into anything again, nor made public.
 * @param wanted the revision of which it is a leftover: what was armed for an older one can claim nothing any more
 * @returns false where it is not as it was read, or a commit may make it public: it stays
 */
export const abandonPrepared = (
  db: TenantDb,
  { id, status, partOf }: Pick<LedgerRow, 'id' | 'status' | 'partOf'>,
  wanted: number,
): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    // Whoever arms a commit of it holds it meanwhile. It is waited for in a statement of its own: the next one sees what was armed.
    await trx.selectFrom('ledger').select('id').where('id', '=', id).forUpdate().execute();
    const { rows } = await sql`
      update ledger l set status = 'abandoned'
      where id = ${id} and status = ${status} and part_of is not distinct from ${partOf}::uuid and not exists (
        select from ledger c where c.target = l.target and c.step = 'commit' and c.meta_id = l.meta_id
        and (c.status in ('open', 'unknown', 'done') or (c.status = 'armed' and c.revision >= ${wanted}))
      ) returning id`.execute(trx);
    return rows.length > 0;
  });
