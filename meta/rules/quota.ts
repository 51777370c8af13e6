import type { Form } from '../kinds.ts';

const dayMs = 86_400_000;

/** How many of a kind Meta takes of one account in any 24 hours. */
interface Quota {
  name: string;
  forms: readonly Form[];
  perDay: number;
}

const instagram: Quota = {
  name: 'posts on this Instagram account',
  forms: ['instagram-image', 'instagram-carousel', 'instagram-reel', 'instagram-story'],
  // The guide says 100, the reference 50 (content_publishing_limit, 2026-09-11): what Meta answers for the account goes before both.
  perDay: 100,
};

const pageReels: Quota = {
  name: 'reels on this Page',
  forms: ['page-reel'],
  // Reels publishing guide, 2026-07-30. It cannot be read, and other apps' reels count too.
  perDay: 30,
};

/** @param read what Meta answered as the account's own total, where it is known */
export function quotaOf(form: Form, read?: number): Quota | undefined {
  const quota = [instagram, pageReels].find(({ forms }) => forms.includes(form));
  return quota && read !== undefined && quota === instagram ? { ...quota, perDay: read } : quota;
}

/**
 * Whether one more at that time is more than the account may have in some 24 hours.
 * @param othersMs when the others of the account are due, or were published
 */
export function exceeds({ perDay }: Pick<Quota, 'perDay'>, atMs: number, othersMs: readonly number[]): boolean {
  const near = othersMs.filter((other) => Math.abs(other - atMs) < dayMs);
  const starts = [atMs, ...near].filter((start) => start <= atMs);
  return starts.some((start) => near.filter((other) => other >= start && other < start + dayMs).length >= perDay);
}
