import { log } from '@temporalio/activity';
import { MediaNotFound } from '../../db/media/store.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { record } from '../../db/tenant/targets/record.ts';
import { harmless } from '../failures.ts';
import { NotConverted } from '../media/not-converted.ts';
import { type Ended, fail, giveUp } from './failing.ts';

/** A piece was not begun, because a file of it cannot be sent. */
export interface NoFile {
  is: 'no-file';
  /** With what to do, for people. */
  reason: string;
  /** No waiting brings it back. */
  forGood: boolean;
}

/** A folder that is not mounted looks the same, and comes back. */
const missing: NoFile = {
  ...{ is: 'no-file', forGood: false },
  reason: 'A file of the post is missing here. Upload it again and make the post anew.',
};
const damaged: NoFile = {
  ...{ is: 'no-file', forGood: true },
  reason:
    'An image of the post is damaged, so that it cannot be converted for Meta. Save it anew from the original, upload that and make the post anew.',
};
/** Memory, room on the disk or time ran short, most likely. */
const unconverted: NoFile = {
  ...{ is: 'no-file', forGood: false },
  reason:
    'An image of the post could not be converted for Meta here. A smaller JPEG of it may do: upload that and make the post anew.',
};

/** @throws what is not about a file, as it came */
export function noFileBy(error: unknown): NoFile {
  if (error instanceof MediaNotFound) return missing;
  if (!(error instanceof NotConverted)) throw error;
  log.warn('An image was not converted', { ...harmless(error.cause), isDamaged: error.isDamaged });
  return error.isDamaged ? damaged : unconverted;
}

/**
 * Ends a target for a file that is lost for good; what may come back is said, and given up as late as everything else.
 * @returns false while it is waited for
 */
export async function endForFile(
  db: TenantDb,
  of: Ended,
  overdueMs: number,
  { reason, forGood }: NoFile,
): Promise<boolean> {
  if (forGood) {
    await fail(db, of, { reason });
    return true;
  }
  if (await giveUp(db, of, overdueMs, { reason })) return true;
  await record(db, of.target, { state: 'preparing', reason, wanted: of.wanted });
  return false;
}
