import { brokenOffBefore } from '../../db/media/store.ts';
import { describeError } from '../http/errors.ts';
import type { Parts } from '../parts.ts';

const EVERY_MS = 3_600_000;

/**
 * Deletes, now and every hour, what an API that was killed left half received: with a bucket it lies on a disk that no worker sees.
 * @returns stops it
 */
export function keepSwept({ media, log }: Pick<Parts, 'media' | 'log'>): () => void {
  const sweep = () =>
    media.sweepIncoming(brokenOffBefore()).catch((error: unknown) => {
      log.warn(describeError(error), 'what was half received could not be swept away');
    });
  void sweep();
  const timer = setInterval(sweep, EVERY_MS);
  return () => clearInterval(timer);
}
