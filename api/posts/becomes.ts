import type { z } from 'zod';
import type { Targets } from '../../db/tenant/schema.ts';
import type { WentOut } from '../../db/tenant/targets/went-out.ts';
import { type Form, formOf, type Kind, type MediaFacts } from '../../meta/kinds.ts';
import type { Platform } from '../../meta/permission.ts';
import type { Becomes } from './shapes.ts';

type Name = NonNullable<z.input<typeof Becomes>>;
type TargetState = Targets['state'];

const names: Readonly<Record<Exclude<Form, 'page-post'>, Name>> = {
  'page-video': 'video',
  'page-reel': 'reel',
  'page-photo-story': 'story',
  'page-video-story': 'story',
  'instagram-image': 'photo',
  'instagram-carousel': 'carousel',
  'instagram-reel': 'reel',
  'instagram-story': 'story',
};

interface Content {
  platform: Platform | undefined;
  kind: Kind;
  media: readonly MediaFacts[];
  link: string | null;
}

/** What a target will be at Meta, in a word that people use. */
export function becomes({ platform, kind, media, link }: Content): Name | null {
  const form = platform && formOf({ platform, kind, media });
  if (!form) return null;
  return form === 'page-post' ? pagePost(media.length, link) : names[form];
}

/** The states in which it is at Meta, or was. From then on files may be deleted here, and it stays what it is. */
const publishedStates: readonly TargetState[] = ['published', 'deleting', 'deleted'];

export const wasPublished = ({ state }: { state: TargetState }): boolean => publishedStates.includes(state);

/** What it will be or, once it was published, is: as what it went out, where the ledger says so. */
export const whatItIs = (target: Content & { state: TargetState }, wentOut: WentOut | undefined): Name | null =>
  wasPublished(target) ? became(target, wentOut) : becomes(target);

function became({ kind, link }: Content, wentOut: WentOut | undefined): Name | null {
  if (kind !== 'feed') return kind;
  switch (wentOut?.step) {
    case 'draft':
      return pagePost(wentOut.parts, link);
    case 'upload':
      return wentOut.inChunks ? 'video' : 'reel';
    case 'container':
      return wentOut.parts ? 'carousel' : 'photo';
    default:
      return null;
  }
}

function pagePost(photos: number, link: string | null): Name {
  if (photos) return photos === 1 ? 'photo' : 'album';
  return link ? 'link' : 'text';
}
