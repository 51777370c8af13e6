import type { Post } from '../state/posts.ts';
import type { Call } from './call.ts';

/** Reads lag behind writes by `readDelayMs`: whether a post that was just made can be found yet. */
export function isSeen({ created_at }: Post, { nowMs, switches }: Call): boolean {
  return created_at + switches.readDelayMs <= nowMs;
}

/** Whether reads say already that it is published. */
export function isSeenPublished({ is_published, published_at }: Post, { nowMs, switches }: Call): boolean {
  return is_published === 1 && (published_at ?? 0) + switches.readDelayMs <= nowMs;
}
