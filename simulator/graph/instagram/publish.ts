import { badParameter } from '../../errors.ts';
import type { InstagramAccount } from '../../state/accounts.ts';
import {
  type Container,
  childrenOf,
  countPublishCall,
  findContainer,
  findContainers,
  markPublished,
  statusOf,
} from '../../state/containers.ts';
import { findFile } from '../../state/files.ts';
import { newMediaId } from '../../state/ids.ts';
import { createMedia, type Media, type MediaItem, mediaOfContainer, publishedWithinDay } from '../../state/media.ts';
import type { World } from '../../world.ts';
import type { Call } from '../call.ts';
import { secondCall } from '../second-call.ts';
import { instagramRefusal } from './refusals.ts';
import { needToPublish } from './rights.ts';

/** `POST /{instagram}/media_publish`: out of the container into the world. */
export function publishContainer(call: Call, account: InstagramAccount): unknown {
  needToPublish(call, account);
  const { world, params, switches, nowMs } = call;
  const id = params.text('creation_id');
  if (!id) throw badParameter('The parameter creation_id is required');
  const container = findContainer(world.db, id);
  if (!container || container.account_id !== account.id) throw instagramRefusal(2207008);
  countPublishCall(world.db, id);
  if (container.is_carousel_item) throw badParameter('An item of a carousel is published with the carousel');
  const status = statusOf(container, nowMs);
  if (status === 'EXPIRED') throw instagramRefusal(2207008);
  if (status === 'IN_PROGRESS' || status === 'ERROR') throw instagramRefusal(2207027);
  if (status === 'PUBLISHED') return publishAgain(call, container);
  if (publishedWithinDay(world.db, account.id, nowMs) >= switches.publishingQuota) throw instagramRefusal(2207042);
  return { id: makeMedia(world, container, nowMs).id };
}

/** What a second call for the same container does is not documented: any of three. */
function publishAgain(call: Call, container: Container): unknown {
  const { world, switches, nowMs } = call;
  const again = secondCall(call, switches.mediaPublishAgain);
  if (again === 'error') throw instagramRefusal(2207027);
  if (again === 'duplicate') return { id: makeMedia(world, container, nowMs).id };
  return { id: mediaOfContainer(world.db, container.id)[0]?.id };
}

export function makeMedia(world: World, container: Container, nowMs: number): Media {
  const { account_id, id, caption, options, media_type } = container;
  const items = itemsIn(world, container);
  return world.db.transaction(() => {
    markPublished(world.db, container, nowMs);
    return createMedia(world.db, {
      ...{ account_id, container_id: id, caption, options, items: JSON.stringify(items), published_at: nowMs },
      media_type: media_type === 'CAROUSEL' ? 'CAROUSEL_ALBUM' : (items[0]?.type ?? 'IMAGE'),
      product_type: media_type === 'STORIES' ? 'STORY' : media_type === 'REELS' ? 'REELS' : 'FEED',
    });
  });
}

function itemsIn({ db }: World, container: Container): MediaItem[] {
  const parts = container.media_type === 'CAROUSEL' ? findContainers(db, childrenOf(container)) : [container];
  return parts.map((part) => {
    const isVideo = part.sha256 !== null && findFile(db, part.sha256)?.type.startsWith('video/');
    const { sha256, alt_text: altText, cover_sha256: coverSha256 } = part;
    return { id: newMediaId(), sha256, altText, type: isVideo ? 'VIDEO' : 'IMAGE', coverSha256 };
  });
}
