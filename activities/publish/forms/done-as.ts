import { metaId } from '../../graph/ids.ts';
import type { Answer, Done } from './form.ts';

/** Visible by now, as what the answer names: without an id nobody could find it again. */
export function publishedAs(id: unknown): Done | undefined {
  const known = metaId(id);
  return known === undefined ? undefined : { is: 'published', metaId: known };
}

/** Taken, and under an id of its own where the answer names one. */
export function acceptedAs({ success, post_id }: Answer): Done | undefined {
  const known = metaId(post_id);
  if (known) return { is: 'accepted', metaId: known };
  return success === true ? { is: 'accepted' } : undefined;
}
