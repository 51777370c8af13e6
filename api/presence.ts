import { notePresence } from '../db/control/presence.ts';
import type { Parts } from './parts.ts';

const EVERY_MS = 60_000;

/**
 * Has the control database know that whoever calls finds somebody here, every minute. Where it cannot be told, that is a silence like any other.
 * @returns stops it
 */
export function keepPresent({ control, log }: Pick<Parts, 'control' | 'log'>): () => void {
  const note = () =>
    notePresence(control, 'api').catch((error: unknown) => {
      log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'could not say that the API is there');
    });
  void note();
  const timer = setInterval(note, EVERY_MS);
  return () => clearInterval(timer);
}
