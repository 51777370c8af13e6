import { sql } from 'kysely';
import type { MediaStore } from '../../media/store.ts';
import { mediaKey } from '../../media/store.ts';
import type { TenantDb } from '../pools.ts';

/** Longer than it takes to store a file that has been received. */
const EXPECTED_FOR_MINUTES = 60;
const FOREIGN_KEY_VIOLATION = '23503';
/** From before its transaction begins. Well below what PostgreSQL lets one of the API or of a worker last. */
const DELETE_WITHIN_MS = 5_000;

export interface FileToCome {
  sha256: Buffer;
  bytes: number;
}

const fromNow = () => sql<Date>`clock_timestamp() + make_interval(mins => ${EXPECTED_FOR_MINUTES})`;

/**
 * To be said before a file is stored: for an hour nobody deletes what lies under this hash, and after it what nobody refers to is found and deleted.
 * Only what is expected can be referred to. From now on it takes its room, whether it comes or not, until it is deleted.
 */
export async function expectFile(db: TenantDb, { sha256, bytes }: FileToCome): Promise<void> {
  const expected = { bytes, expected_until: fromNow() };
  await db
    .insertInto('media_files')
    .values({ sha256, ...expected })
    .onConflict((conflict) => conflict.column('sha256').doUpdateSet(expected))
    .execute();
}

/**
 * Expects a file that takes its room already.
 * @returns false where it takes none
 */
export async function expectAgain(db: TenantDb, { sha256, bytes }: FileToCome): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('media_files')
    .set({ expected_until: fromNow() })
    .where('sha256', '=', sha256)
    .where('bytes', '=', bytes)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** The files that nobody refers to and nobody is about to. */
export const unneededFiles = (db: TenantDb) =>
  db
    .selectFrom('media_files as f')
    .where('f.expected_until', '<', sql<Date>`clock_timestamp()`)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('media as m').select('m.id').whereRef('m.sha256', '=', 'f.sha256'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('media_variants as v').select('v.id').whereRef('v.sha256', '=', 'f.sha256'))),
    );

export interface StoredFile {
  tenant: string;
  sha256: Buffer;
}

/** What protected the file would soon have been over: it stays, and so does its row, by which the next tidying finds it. */
class DeletionTooSlow extends Error {
  override readonly name = 'DeletionTooSlow';
  readonly code = 'ETIMEDOUT';
}

/**
 * Deletes a file that nobody needs, and then its row. While it is at it nobody can begin to need it: who expects the file waits for this
 * transaction, and stores it anew. When the process dies in between, the row is still there, and it is done again. A transaction that lasts too
 * long PostgreSQL ends, and with it the waiting: so nothing is deleted any more that was not deleted soon.
 */
export async function deleteFile(db: TenantDb, store: MediaStore, { tenant, sha256 }: StoredFile): Promise<boolean> {
  return db
    .connection()
    .execute(async (connected) => {
      const beganMs = performance.now();
      return connected.transaction().execute(async (tx) => {
        const unneeded = unneededFiles(tx).select('f.sha256').where('f.sha256', '=', sha256);
        const gone = await tx.deleteFrom('media_files').where('sha256', 'in', unneeded).returning('sha256').execute();
        if (gone.length) await deleteBefore(beganMs + DELETE_WITHIN_MS, store, mediaKey(tenant, sha256));
        return gone.length > 0;
      });
    })
    .catch(neededAfterAll);
}

async function deleteBefore(deadlineMs: number, store: MediaStore, key: string): Promise<void> {
  // Looked at here too: a process that stood still hears of an answer before its timers go off.
  const leftMs = Math.ceil(deadlineMs - performance.now());
  if (leftMs <= 0) throw new DeletionTooSlow();
  const signal = AbortSignal.timeout(leftMs);
  await store.delete(key, signal).catch((cause) => {
    throw signal.aborted ? new DeletionTooSlow(undefined, { cause }) : cause;
  });
}

/** Somebody referred to it in the same moment. */
function neededAfterAll(error: unknown): false {
  if ((error as { code?: unknown }).code !== FOREIGN_KEY_VIOLATION) throw error;
  return false;
}
