import { type Refusal, refuse } from '../http/problem.ts';

interface Versioned {
  version: number;
}

/** Names what people decided; what becomes of it by itself does not make an edit stale. */
const tagOf = ({ version }: Versioned) => `"${version}"`;

export const versionTag = (post: Versioned) => ({ etag: tagOf(post) });

/** @param ifMatch the header; without it whoever comes last is right */
export const isStale = (ifMatch: string, post: Versioned): boolean =>
  ifMatch !== '' && ifMatch.trim() !== '*' && !ifMatch.split(',').some((one) => one.trim() === tagOf(post));

export const stale = (): Refusal =>
  refuse('stale', 'Somebody has changed this since you read it. Read it again, and decide anew.');
