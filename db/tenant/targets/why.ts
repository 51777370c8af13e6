import type { Targets } from '../schema.ts';

/** All that is said of a target: of itself, and of a first comment that is not there. */
export const whyOf = ({ reason, comment_reason }: Pick<Targets, 'reason' | 'comment_reason'>): string | null =>
  [reason, comment_reason].filter(Boolean).join(' ') || null;
