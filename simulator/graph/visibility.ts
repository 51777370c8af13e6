import type { Post } from '../state/posts.ts';
import type { Call } from './call.ts';

/** Reads lag behind writes, by `readDelayMs` or as a fault has it: whether what happened at that instant is seen by now. */
export function hasSettled(atMs: number, call: Call): boolean {
  call.lagMs ??= call.nuance('staleRead')?.delayMs ?? call.switches.readDelayMs;
  return atMs + call.lagMs <= call.nowMs;
}

/** Whether a post that was just made can be found yet. */
export function isSeen({ created_at }: Post, call: Call): boolean {
  return hasSettled(created_at, call);
}

/** Whether reads say already that it is published. */
export function isSeenPublished({ is_published, published_at }: Post, call: Call): boolean {
  return is_published === 1 && hasSettled(published_at ?? 0, call);
}
