import { badParameter } from '../../errors.ts';
import type { ContainerType } from '../../state/containers.ts';
import type { Call } from '../call.ts';
import { optionsOf } from './options.ts';
import { instagramRefusal } from './refusals.ts';

const types = ['IMAGE', 'VIDEO', 'REELS', 'STORIES', 'CAROUSEL'] as const;
const LONGEST_CAPTION = 2_200;
const MOST_HASHTAGS = 30;
const MOST_MENTIONS = 20;
const LONGEST_ALT_TEXT = 1_000;
const FEWEST_CHILDREN = 2;
const MOST_CHILDREN = 10;

/** What a container is to be, as far as the parameters say it. */
export interface Asked {
  type: ContainerType;
  isCarouselItem: boolean;
  /** Where the content is; nothing when it will be uploaded, or is made of children. */
  source: { kind: 'image' | 'video'; url: string } | undefined;
  resumable: boolean;
  children: string[];
  caption: string | null;
  altText: string | null;
  options: Record<string, unknown>;
}

/** Reads the parameters of `POST /{instagram}/media`, and refuses what cannot become a container whatever the media are. */
export function askedContainer(call: Call): Asked {
  const { params } = call;
  const type = typeOf(call);
  const isCarouselItem = params.boolean('is_carousel_item') ?? false;
  const resumable = params.text('upload_type') === 'resumable';
  const source = sourceOf(call);
  const children = type === 'CAROUSEL' ? childrenIn(call) : [];
  const caption = params.text('caption') || null;
  const altText = params.text('alt_text') || null;

  if (isCarouselItem && type !== 'IMAGE' && type !== 'VIDEO')
    throw badParameter('This media type cannot be in a carousel');
  if (type === 'VIDEO' && !isCarouselItem)
    throw badParameter('The VIDEO value for media_type is no longer supported. Use the REELS media type');
  if (caption && isCarouselItem) throw badParameter('The items of a carousel have no caption');
  if (caption) checkCaption(caption);
  if (altText && (type !== 'IMAGE' || altText.length > LONGEST_ALT_TEXT))
    throw badParameter('alt_text is for images, and has at most 1000 characters');
  needSource(type, source, resumable);
  return { type, isCarouselItem, source, resumable, children, caption, altText, options: optionsOf(call, type) };
}

function typeOf({ params }: Call): ContainerType {
  const given = params.text('media_type');
  if (given === undefined) return params.text('video_url') ? 'VIDEO' : 'IMAGE';
  const type = types.find((known) => known === given.toUpperCase());
  if (!type) throw instagramRefusal(2207023);
  return type;
}

function sourceOf({ params }: Call): Asked['source'] {
  const [image, video] = [params.text('image_url'), params.text('video_url')];
  if (image && video) throw badParameter('Only one of image_url and video_url can be given');
  if (image) return { kind: 'image', url: image };
  return video ? { kind: 'video', url: video } : undefined;
}

function needSource(type: ContainerType, source: Asked['source'], resumable: boolean): void {
  if (type === 'CAROUSEL') return;
  if (resumable) {
    if (type === 'IMAGE' || source) throw badParameter('Only a video without a URL can be uploaded');
    return;
  }
  if (!source) throw badParameter(`The parameter ${type === 'IMAGE' ? 'image_url' : 'video_url'} is required`);
  const wanted = type === 'IMAGE' ? 'image' : type === 'STORIES' ? source.kind : 'video';
  if (source.kind !== wanted) throw badParameter(`The parameter ${wanted}_url is required`);
}

function childrenIn({ params }: Call): string[] {
  const children = (params.list('children') ?? []).map(String).filter(Boolean);
  if (children.length < FEWEST_CHILDREN || children.length > MOST_CHILDREN) throw instagramRefusal(2207028);
  return children;
}

function checkCaption(caption: string): void {
  const marks = (mark: RegExp) => caption.match(mark)?.length ?? 0;
  if ([...caption].length > LONGEST_CAPTION || marks(/#[\p{L}\p{N}_]+/gu) > MOST_HASHTAGS)
    throw instagramRefusal(2207010);
  if (marks(/(?<![\p{L}\p{N}])@[\w.]+/gu) > MOST_MENTIONS) throw instagramRefusal(2207040);
}
