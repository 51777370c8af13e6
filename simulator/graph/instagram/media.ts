import { badParameter, notFound } from '../../errors.ts';
import { findInstagram, type InstagramAccount } from '../../state/accounts.ts';
import { deleteMedia, instagramStoriesOf, type Media, recallMediaOf } from '../../state/media.ts';
import type { Call } from '../call.ts';
import { askedFields, pick } from '../fields.ts';
import { mediaNode } from '../nodes/media.ts';
import { listed } from '../paging.ts';
import { needToRead } from '../rights.ts';
import { timeParameter } from '../time-parameter.ts';
import { isSeenMedia } from '../visibility.ts';
import { instagramRefusal } from './refusals.ts';
import { needToReadInstagram } from './rights.ts';

/** `GET /{instagram}/media`: newest first, without stories. */
export function listMedia(call: Call, account: InstagramAccount): unknown {
  needToReadInstagram(call, account);
  const [since, until] = [timeParameter(call, 'since'), timeParameter(call, 'until') || Number.POSITIVE_INFINITY];
  const within = ({ published_at }: Media) => published_at >= since && published_at <= until;
  return shown(call, `${account.id}/media`, recallMediaOf(call.world.db, account.id).filter(within));
}

/** `GET /{instagram}/stories`: those of the last day. */
export function listInstagramStories(call: Call, account: InstagramAccount): unknown {
  needToReadInstagram(call, account);
  return shown(call, `${account.id}/stories`, instagramStoriesOf(call.world.db, account.id, call.nowMs));
}

/** `GET /{media}`. */
export function readMedia(call: Call, media: Media): unknown {
  needToReadInstagram(call, ownerOf(call, media));
  if (!isSeenMedia(media, call)) throw notFound(call.method, media.id);
  return pick(call, mediaNode, media, askedFields(call, mediaNode.unasked));
}

/** `POST /{media}`: whether there may be comments, and nothing else; what was published keeps its caption. */
export function changeMedia(call: Call, media: Media): unknown {
  needToRead(call, ['instagram_basic', 'instagram_manage_comments'], media.account_id);
  if (call.params.boolean('comment_enabled') === undefined)
    throw badParameter('The parameter comment_enabled is required');
  return { success: true };
}

/** `DELETE /{media}`. */
export function removeMedia(call: Call, media: Media): unknown {
  needToRead(call, ['instagram_basic', 'instagram_manage_contents'], media.account_id);
  if (call.switches.deletableMedia === 'feed' && media.product_type !== 'FEED') throw instagramRefusal(2207073);
  deleteMedia(call.world.db, media.id, call.nowMs);
  return { success: true };
}

function ownerOf({ world, method }: Call, { account_id, id }: Media): InstagramAccount {
  const account = findInstagram(world.db, account_id);
  if (!account) throw notFound(method, id);
  return account;
}

function shown(call: Call, path: string, media: readonly Media[]): unknown {
  const fields = askedFields(call, ['id']);
  const items = media.filter((one) => isSeenMedia(one, call));
  return listed(call, { items, path, idOf: ({ id }) => id, show: (one) => pick(call, mediaNode, one, fields) });
}
