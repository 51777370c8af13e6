import type { ControlDb } from '../../db/control/connect.ts';
import type { Flaw } from '../http/problem.ts';
import { type Time, whenToPublish } from './publish-at.ts';
import type { PostChange } from './shapes.ts';
import type { Standing } from './standing.ts';
import { resolveWallClock } from './wall-clock.ts';

type NewTime = ({ ok: true } & Time) | { ok: false; flaw: Flaw };

const noTime =
  'A scheduled post has a time. Cancel it with DELETE, or publish it now with POST /v1/posts/{id}/publish.';
const instead = 'Choose a later time, or publish it as it is with POST /v1/posts/{id}/publish.';
const keptTimePassed =
  'The time kept with this draft has passed: send publishAt with a later one, or null to publish now.';

/** When a post is due after a change: as the change says, else as it was. */
export async function timeAfter(control: ControlDb, post: Standing, change: PostChange): Promise<NewTime> {
  const schedules = post.draft && change.draft === false;
  const { publishAt } = change;
  if (publishAt === null && !post.draft) return { ok: false, flaw: { pointer: '/publishAt', detail: noTime } };
  if (publishAt !== undefined) return whenToPublish(control, { publishAt, draft: post.draft && !schedules }, instead);
  if (schedules) {
    const kept = post.wallClock ?? post.publishAt?.toISOString();
    return whenToPublish(control, { publishAt: kept, draft: false }, keptTimePassed);
  }
  return { ok: true, ...asItWas(post) };
}

/** A wall clock is read anew: the rules of its zone may have changed since. What is over already is not moved by that. */
function asItWas({ publishAt, wallClock }: Standing): Time {
  const resolved = wallClock && resolveWallClock(wallClock.local, wallClock.zone);
  const over = publishAt !== null && publishAt.getTime() <= Date.now();
  if (!resolved?.ok || over) return { at: publishAt, wallClock };
  return { at: new Date(resolved.instantMs), wallClock };
}
