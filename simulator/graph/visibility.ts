import type { Media } from '../state/media.ts';
import type { Post } from '../state/posts.ts';
import type { Call } from './call.ts';

/** Reads lag behind writes, by `readDelayMs` or as a fault has it: whether what happened at that instant is seen by now. */
export function hasSettled(atMs: number, call: Call): boolean {
  return atMs + lagOf(call).writtenMs <= call.nowMs;
}

function lagOf(call: Call): NonNullable<Call['lag']> {
  if (call.lag) return call.lag;
  const fault = call.nuance('staleRead');
  const writtenMs = fault?.delayMs ?? call.switches.readDelayMs;
  call.lag = { writtenMs, deletedMs: fault?.deletedMs ?? writtenMs };
  return call.lag;
}

/** Whether a post that was just made can be found yet, and one that was just deleted can still be. */
export const isSeen = ({ created_at, deleted_at }: Post, call: Call): boolean =>
  hasSettled(created_at, call) && isStillThere(deleted_at, call);

/** Likewise of what is at Instagram. */
export const isSeenMedia = ({ published_at, deleted_at }: Media, call: Call): boolean =>
  hasSettled(published_at, call) && isStillThere(deleted_at, call);

const isStillThere = (deletedAtMs: number | null, call: Call): boolean =>
  deletedAtMs === null || call.nowMs < deletedAtMs + lagOf(call).deletedMs;

/** Whether reads say already that it is published. */
export function isSeenPublished({ is_published, published_at }: Post, call: Call): boolean {
  return is_published === 1 && hasSettled(published_at ?? 0, call);
}
