import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';
import { expectAgain, expectFile, type FileToCome } from './files.ts';
import { storedBytes } from './stored-bytes.ts';

/**
 * Expects a file, unless there would be more than so many bytes in the store with it; what takes its room already takes none again. Of those who ask
 * at the same time each counts what the others were given.
 * @returns whether it is expected
 */
export async function expectWithin(db: TenantDb, file: FileToCome, atMost: number): Promise<boolean> {
  if (await expectAgain(db, file)) return true;
  return db
    .transaction()
    .execute(async (tx) => {
      await expectFile(tx, file);
      // Not before its row, which may have to be waited for while its file is being deleted: nobody else waits for that.
      await oneAfterTheOther(tx);
      if ((await storedBytes(tx)) > atMost) throw new NoRoom();
      return true;
    })
    .catch(unlessNoRoom);
}

/** To the end of the transaction. A statement that comes after it sees what those before have written. */
const oneAfterTheOther = (tx: TenantDb) =>
  sql`select pg_advisory_xact_lock(hashtextextended('room for media', 0))`.execute(tx);

/** Ends the transaction, and with it what was expected. */
class NoRoom extends Error {}

function unlessNoRoom(error: unknown): false {
  if (!(error instanceof NoRoom)) throw error;
  return false;
}
