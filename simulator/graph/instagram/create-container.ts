import { badParameter } from '../../errors.ts';
import type { InstagramAccount } from '../../state/accounts.ts';
import {
  type Container,
  containersOfDay,
  createContainer,
  fillContainer,
  findContainer,
  statusOf,
} from '../../state/containers.ts';
import type { Call } from '../call.ts';
import { type Asked, askedContainer } from './container-params.ts';
import { fetchImage, fetchVideo } from './contents.ts';
import { instagramRefusal } from './refusals.ts';
import { needToPublish } from './rights.ts';

/**
 * `POST /{instagram}/media`. An image is fetched before the answer, so that what is wrong with it is the answer; a video after it, so
 * that what is wrong with it is the container's status.
 */
export async function createMediaContainer(call: Call, account: InstagramAccount): Promise<unknown> {
  needToPublish(call, account);
  const { world } = call;
  const asked = askedContainer(call);
  if (containersOfDay(world.db, account.id, call.nowMs) >= call.switches.containersADay)
    throw instagramRefusal(2207042);
  for (const child of asked.children) checkChild(call, account, child);
  const image =
    asked.source?.kind === 'image' ? await fetchImage(world, account.id, asked.source.url, asked.type) : undefined;
  const cover = await coverOf(call, account, asked);

  const container = createContainer(world.db, {
    account_id: account.id,
    media_type: asked.type,
    is_carousel_item: asked.isCarouselItem ? 1 : 0,
    children: JSON.stringify(asked.children),
    caption: asked.caption,
    alt_text: asked.altText,
    options: JSON.stringify(asked.options),
    source_url: asked.source?.kind === 'video' ? asked.source.url : null,
    cover_sha256: cover,
    created_at: call.nowMs,
    error_subcode: call.mishap?.errorSubcode ?? null,
  });
  if (image || asked.type === 'CAROUSEL') {
    const readyAt = call.nowMs + (call.mishap?.delayMs ?? call.switches.imageProcessingMs);
    fillContainer(world.db, container.id, { sha256: image?.sha256 ?? null, readyAt, errorSubcode: null });
  } else if (container.source_url) void fetchVideo(world, container, call.mishap?.delayMs);
  return { id: container.id, ...(asked.resumable && { uri: uploadUrl(call, container) }) };
}

function checkChild({ world, nowMs }: Call, account: InstagramAccount, id: string): void {
  const child = findContainer(world.db, id);
  if (!child || child.account_id !== account.id) throw instagramRefusal(2207008);
  if (!child.is_carousel_item) throw badParameter(`The media ${id} was not created as an item of a carousel`);
  const status = statusOf(child, nowMs);
  if (status === 'IN_PROGRESS') throw instagramRefusal(2207027);
  if (status !== 'FINISHED') throw instagramRefusal(2207008);
}

async function coverOf({ world }: Call, { id }: InstagramAccount, { options, type }: Asked): Promise<string | null> {
  const { cover_url: url } = options;
  return typeof url === 'string' ? (await fetchImage(world, id, url, type)).sha256 : null;
}

const uploadUrl = ({ origin, version }: Call, { id }: Container) => `${origin}/ig-api-upload/${version}/${id}`;
