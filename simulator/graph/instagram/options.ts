import { badParameter } from '../../errors.ts';
import type { ContainerType } from '../../state/containers.ts';
import type { Call } from '../call.ts';
import { instagramRefusal } from './refusals.ts';

const MOST_COLLABORATORS = 3;
const MOST_TAGS = 20;

/** What else a container may be given, under Meta's names; each refused where Meta does not take it (IG User Media, 2026-09-11). */
export function optionsOf(call: Call, type: ContainerType): Record<string, unknown> {
  const { params } = call;
  const options = {
    collaborators: collaborators(call, type),
    location_id: params.text('location_id'),
    user_tags: userTags(call, type),
    thumb_offset: thumbOffset(call),
    cover_url: params.text('cover_url'),
    share_to_feed: params.boolean('share_to_feed'),
    audio_name: params.text('audio_name'),
  };
  if (options.location_id !== undefined && !/^\d+$/.test(options.location_id))
    throw badParameter('location_id must be the id of a Page with a location');
  for (const name of ['cover_url', 'share_to_feed', 'audio_name'] as const)
    if (options[name] !== undefined && type !== 'REELS') throw badParameter(`${name} is for reels`);
  if (options.location_id !== undefined && type === 'STORIES') throw badParameter('A story has no location');
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function collaborators({ params }: Call, type: ContainerType): string[] | undefined {
  const names = params.list('collaborators')?.map(String).filter(Boolean);
  if (!names?.length) return undefined;
  if (type === 'STORIES' || names.length > MOST_COLLABORATORS)
    throw badParameter('Up to 3 collaborators can be invited, and none to a story');
  return names;
}

function userTags({ params }: Call, type: ContainerType): unknown[] | undefined {
  const tags = params.list('user_tags');
  if (!tags?.length) return undefined;
  if (tags.length > MOST_TAGS) throw instagramRefusal(2207040);
  if (type === 'CAROUSEL') throw badParameter('user_tags belong to the items of a carousel');
  for (const tag of tags) checkTag(tag, type);
  return tags;
}

/** In an image somebody is tagged at a place, in a story perhaps; in another video there is none. */
function checkTag(tag: unknown, type: ContainerType): void {
  const { username, x, y } = (typeof tag === 'object' && tag !== null ? tag : {}) as Record<string, unknown>;
  const inside = (place: unknown) => typeof place === 'number' && place >= 0 && place <= 1;
  if (typeof username !== 'string' || !username) throw badParameter('user_tags must have a username');
  if (type === 'IMAGE' && !(inside(x) && inside(y)))
    throw badParameter('user_tags on an image must have x and y between 0 and 1');
  const unplaced = x === undefined && y === undefined;
  if (type === 'STORIES' && !unplaced && !(inside(x) && inside(y)))
    throw badParameter('user_tags in a story must have x and y between 0 and 1, or neither');
}

function thumbOffset({ params }: Call): number | undefined {
  const text = params.text('thumb_offset');
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw instagramRefusal(2207057);
  return Number(text);
}
