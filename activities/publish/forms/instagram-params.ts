import type { MediaRow } from '../../../db/tenant/targets/read-target.ts';
import { isVideo } from '../../../meta/kinds.ts';
import type { Making } from './form.ts';

type Params = Record<string, string | number | boolean>;

/**
 * What a container is made from. A video is always uploaded; an image Meta can but fetch.
 * (IG User Media reference, read 2026-09-11.)
 * @param file undefined for the carousel itself, which is made of containers
 */
export async function containerParams(making: Making, file: MediaRow | undefined): Promise<Params> {
  const { form } = making.content;
  if (!file) return { media_type: 'CAROUSEL', children: childrenOf(making), ...caption(making), ...together(making) };
  if (form === 'instagram-carousel')
    return {
      is_carousel_item: true,
      ...(await source(making, file, 'VIDEO')),
      ...altText(file),
      ...tags(making, file),
    };
  if (form === 'instagram-story')
    return { ...(await source(making, file, 'STORIES')), media_type: 'STORIES', ...tags(making, file) };
  const body = { ...caption(making), ...together(making), ...tags(making, file) };
  if (form === 'instagram-reel')
    return { ...(await source(making, file, 'REELS')), ...body, ...(await ofReel(making)) };
  return { ...(await source(making, file, 'REELS')), ...altText(file), ...body };
}

async function source({ addressOf, sent }: Making, file: MediaRow, videoType: string): Promise<Params> {
  if (isVideo(file)) return { media_type: videoType, upload_type: 'resumable' };
  return { image_url: addressOf(await sent(file)) };
}

const childrenOf = ({ laid }: Making) =>
  laid
    .toSorted((a, b) => a.position - b.position)
    .map(({ metaId }) => metaId)
    .join(',');

const caption = ({ content: { row } }: Making): Params => (row.text ? { caption: row.text } : {});

const altText = ({ altText }: MediaRow): Params => (altText ? { alt_text: altText } : {});

function together({ content: { options } }: Making): Params {
  const { collaborators, locationId } = options;
  return {
    ...(collaborators?.length ? { collaborators: JSON.stringify(collaborators) } : {}),
    ...(locationId ? { location_id: locationId } : {}),
  };
}

function tags({ content: { options } }: Making, file: MediaRow): Params {
  const here = (options.userTags ?? []).filter(({ position = 0 }) => position === file.position);
  const tagged = here.map(({ username, x, y }) => ({ username, x, y }));
  return tagged.length ? { user_tags: JSON.stringify(tagged) } : {};
}

async function ofReel({ content: { options, cover }, addressOf, sent }: Making): Promise<Params> {
  const { coverOffsetMs, shareToFeed } = options;
  return {
    ...(cover ? { cover_url: addressOf(await sent(cover, 'cover')) } : {}),
    ...(coverOffsetMs === undefined ? {} : { thumb_offset: coverOffsetMs }),
    ...(shareToFeed === undefined ? {} : { share_to_feed: shareToFeed }),
  };
}
