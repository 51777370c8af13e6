import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';
import type { Ledger } from '../schema.ts';

/** A call that changed, or was to change, the text of a published target. */
export interface Edit {
  id: string;
  revision: number;
  status: Ledger['status'] & string;
  /** Of the text. */
  contentHash: Buffer;
  /** Since it was written down, by the database's clock. */
  ageMs: number;
}

const atMost = 50;

/** The latest edits of a target, the newest first. */
export async function latestEdits(db: TenantDb, target: string): Promise<Edit[]> {
  const { rows } = await sql<Edit>`
    select id, revision, status, content_hash as "contentHash",
      (extract(epoch from clock_timestamp() - opened_at) * 1000)::float8 as "ageMs"
    from ledger where target = ${target} and step = 'edit'
    order by opened_at desc limit ${atMost}`.execute(db);
  return rows;
}

type PerhapsDone = 'open' | 'done' | 'unknown';

/** What is known of calls for other texts that were written down after this one, and may have done something. */
export async function editsAfter(db: TenantDb, id: string): Promise<PerhapsDone[]> {
  const { rows } = await sql<{ status: PerhapsDone }>`
    select later.status from ledger later join ledger this on this.id = ${id}
    where later.target = this.target and later.step = 'edit' and later.status in ('open', 'done', 'unknown')
      and later.opened_at > this.opened_at and later.content_hash <> this.content_hash`.execute(db);
  return rows.map(({ status }) => status);
}
