import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { type Refusal, refuse } from './problem.ts';

const CHARACTERS = 22;

/** Names exactly this content: whoever was answered the same has the same. */
export const etagOf = (json: string): string =>
  `"${createHash('sha256').update(json).digest('base64url').slice(0, CHARACTERS)}"`;

/** Whether there is anything in an If-Match that could be what was read: `*`, or a tag in its quotes. */
export const namesTag = (ifMatch: string): boolean => /(?:^|,)\s*(?:\*|(?:W\/)?"[^"]*")\s*(?:,|$)/.test(ifMatch);

/**
 * Refuses an edit of what has changed since it was read. To be asked where nobody else can change it any more, within the transaction.
 * @param ifMatch the header; without it whoever comes last is right
 * @param shape what the thing is answered as
 */
export function staleFor<S extends z.ZodType>(ifMatch: string, shape: S, current: z.input<S>): Refusal | undefined {
  if (ifMatch === '' || ifMatch.trim() === '*') return undefined;
  const etag = etagOf(JSON.stringify(shape.parse(current)));
  if (ifMatch.split(',').some((one) => one.trim() === etag)) return undefined;
  return refuse('stale', 'Somebody has changed this since you read it. Read it again, and decide anew.');
}
