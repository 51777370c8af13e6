import { log } from '@temporalio/activity';
import { MediaNotFound } from '../../db/media/store.ts';
import { harmless } from '../failures.ts';
import { NotConverted } from '../media/not-converted.ts';

/** A piece was not begun, because a file of it cannot be sent. */
export interface NoFile {
  is: 'no-file';
  /** With what to do, for people. */
  reason: string;
}

const missing = 'A file of the post is missing here. Upload it again and make the post anew.';
const notConverted =
  'An image of the post could not be converted for Meta. Save it anew from the original, upload that and make the post anew.';

/** @throws what is not about a file, as it came */
export function noFileBy(error: unknown): NoFile {
  if (error instanceof MediaNotFound) return { is: 'no-file', reason: missing };
  if (!(error instanceof NotConverted)) throw error;
  log.warn('An image was not converted', harmless(error.cause));
  return { is: 'no-file', reason: notConverted };
}
