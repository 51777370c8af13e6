import { metaId } from '../../graph/ids.ts';
import type { Done } from './form.ts';

/** With the id that an answer gives it, where it gives one. */
export function doneAs(is: Done['is'], id: unknown): Done {
  const known = metaId(id);
  return { is, ...(known ? { metaId: known } : {}) };
}
