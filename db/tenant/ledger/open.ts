import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';
import type { Ledger } from '../schema.ts';

export interface Entry {
  id: string;
  target: string;
  step: Ledger['step'];
  position?: number;
  /** What a commit makes public. Another draft of the same content may turn up later: a witness must look for this one. */
  metaId?: string;
  revision: number;
  contentHash: Buffer;
  /** `armed`: a commit that waits for its instant and calls only with a claim. `open`: the call follows at once. */
  status: 'armed' | 'open';
  /** The age of the oldest part in it; absent: it is new. */
  freshFrom?: Date;
}

/** Writes a call down, before it is made. */
export async function openEntry(db: TenantDb, entry: Entry): Promise<void> {
  await db.insertInto('ledger').values(valuesOf(entry)).execute();
}

/**
 * Writes down an attempt that waits for its instant, and takes those for given up that were parked before it for the same target: they have
 * not claimed, and will not be needed. What it makes public is held while this is written, so that nobody takes it for a leftover meanwhile.
 * @returns false where that does not lie ready at Meta any more: nothing is armed
 */
export async function openArmed(db: TenantDb, entry: Entry & { metaId: string }): Promise<boolean> {
  const { id, target, step, metaId, revision, contentHash, status } = entry;
  const { rows } = await sql`
    with prepared as (
      select from ledger where target = ${target} and meta_id = ${metaId} and status = 'done'
      and step in ('photo', 'upload', 'container', 'draft') for share
    ), given_up as (
      update ledger set status = 'abandoned', closed_at = clock_timestamp()
      where target = ${target} and status = 'armed' and revision <= ${revision}
    )
    insert into ledger (id, target, step, meta_id, revision, content_hash, status)
    select ${id}::uuid, ${target}::uuid, ${step}::text, ${metaId}::text, ${revision}::int, ${contentHash}::bytea, ${status}::text
    where exists (select from prepared) returning id`.execute(db);
  return rows.length > 0;
}

const valuesOf = (entry: Entry) => ({
  id: entry.id,
  target: entry.target,
  step: entry.step,
  position: entry.position ?? 0,
  meta_id: entry.metaId ?? null,
  revision: entry.revision,
  content_hash: entry.contentHash,
  status: entry.status,
  fresh_from: entry.freshFrom ?? null,
});

/**
 * Writes down a call that puts `parts` into something: from then on nothing else can have them, also when its answer is lost.
 * @throws Error where something else has one of them by now, or one is being deleted
 */
export async function openWithParts(db: TenantDb, entry: Entry, parts: readonly string[]): Promise<void> {
  if (!parts.length) return openEntry(db, entry);
  await db.transaction().execute(async (trx) => {
    await openEntry(trx, entry);
    const { numUpdatedRows } = await trx
      .updateTable('ledger')
      .set({ part_of: entry.id })
      .where('id', 'in', parts)
      .where('part_of', 'is', null)
      .where('status', '=', 'done')
      .executeTakeFirst();
    if (Number(numUpdatedRows) !== parts.length) throw new Error('A part is in something else, or is being deleted');
  });
}

/**
 * Writes down a call that is made once only, before it is made. An attempt that was frozen may come back beside the one that took over: of
 * the two one writes it down.
 * @returns false where one that may have done something is written down already
 */
export const openOnce = (db: TenantDb, entry: Entry): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    await lockTarget(trx, entry.target);
    if (await alike(trx, entry).executeTakeFirst()) return false;
    await openEntry(trx, entry);
    return true;
  });

/** A claim as it stands in control. */
export interface Claim {
  claimedBy: string;
  claimedAt: Date;
  /** The revision that it is about: what was decided later has a higher one. */
  wanted: number;
}

/**
 * Writes down that a claimed commit is called once more, before it is. Who looked may have been frozen since, while somebody else found out
 * what became of it, or a person decided.
 * @param o.once it may be called twice in all; what was called before the claim does not count
 * @returns false where it must not be called
 */
export const openAgain = (
  db: TenantDb,
  entry: Entry,
  { claimedBy, claimedAt, wanted, once }: Claim & { once: boolean },
): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const row = await lockTarget(trx, entry.target);
    if (row?.state !== 'committing' || row.revision > wanted) return false;
    const others = alike(trx, entry).where('id', '!=', claimedBy).where('opened_at', '>', claimedAt);
    if (once && (await others.executeTakeFirst())) return false;
    await openEntry(trx, entry);
    return true;
  });

const lockTarget = (trx: TenantDb, target: string) =>
  trx.selectFrom('targets').select(['state', 'revision']).where('id', '=', target).forUpdate().executeTakeFirst();

/** Entries of the same call that may have done something: what is only armed, was given up or refused has certainly not. */
const alike = (trx: TenantDb, { target, step }: Entry) =>
  trx
    .selectFrom('ledger')
    .select('id')
    .where('target', '=', target)
    .where('step', '=', step)
    .where('status', 'in', ['open', 'done', 'unknown']);

/** Nothing was made of the parts: they can be put into something else. */
export async function releaseParts(db: TenantDb, entry: string): Promise<void> {
  await db.updateTable('ledger').set({ part_of: null }).where('part_of', '=', entry).execute();
}
