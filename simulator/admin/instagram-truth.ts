import { type Container, childrenOf, statusOf } from '../state/containers.ts';
import type { Database } from '../state/database.ts';
import { itemsOf, type Media, mediaOfContainer } from '../state/media.ts';
import { instant } from './instant.ts';

export function containerTruth(db: Database, container: Container, nowMs: number) {
  const media = mediaOfContainer(db, container.id);
  return {
    id: container.id,
    account: container.account_id,
    mediaType: container.media_type,
    isCarouselItem: container.is_carousel_item === 1,
    children: childrenOf(container),
    caption: container.caption,
    altText: container.alt_text,
    options: JSON.parse(container.options) as Record<string, unknown>,
    sha256: container.sha256,
    status: statusOf(container, nowMs),
    errorSubcode: container.error_subcode,
    createdAt: instant(container.created_at),
    readyAt: instant(container.ready_at),
    publishedAt: instant(container.published_at),
    publishCalls: container.publish_calls,
    media: media.map(({ id }) => id),
    /** How often something of it became visible. More than one would be a double publication. */
    publications: media.length,
    deletedAt: instant(container.deleted_at),
  };
}

export function mediaTruth(media: Media) {
  return {
    id: media.id,
    account: media.account_id,
    container: media.container_id,
    mediaType: media.media_type,
    productType: media.product_type,
    caption: media.caption,
    media: itemsOf(media).map(({ sha256, altText, type, coverSha256 }) => ({ sha256, altText, type, coverSha256 })),
    options: JSON.parse(media.options) as Record<string, unknown>,
    isPublished: media.deleted_at === null,
    publishedAt: instant(media.published_at),
    deletedAt: instant(media.deleted_at),
  };
}
