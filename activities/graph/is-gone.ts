import type { GraphFailure } from './failure.ts';

/** Meta does not have the object, or does not show it to us: once is no proof, since its reads lag behind. */
export const isGone = ({ code, subcode }: Pick<GraphFailure, 'code' | 'subcode'>): boolean =>
  code === 100 && subcode === 33;
