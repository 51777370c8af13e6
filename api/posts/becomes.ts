import type { z } from 'zod';
import { type Form, formOf, type Kind, type MediaFacts } from '../../meta/kinds.ts';
import type { Platform } from '../../meta/permission.ts';
import type { Becomes } from './shapes.ts';

type Name = NonNullable<z.input<typeof Becomes>>;

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

/** What a target is at Meta, in a word that people use. */
export function becomes({ platform, kind, media, link }: Content): Name | null {
  const form = platform && formOf({ platform, kind, media });
  if (!form) return null;
  if (form !== 'page-post') return names[form];
  if (media.length) return media.length === 1 ? 'photo' : 'album';
  return link ? 'link' : 'text';
}
