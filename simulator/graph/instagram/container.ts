import { notFound } from '../../errors.ts';
import { findInstagram } from '../../state/accounts.ts';
import { type Container, statusOf } from '../../state/containers.ts';
import type { Call } from '../call.ts';
import { askedFields, type FieldTable, pick } from '../fields.ts';
import { hasSettled } from '../visibility.ts';
import { needToPublish } from './rights.ts';

const words = {
  EXPIRED: 'Expired: Media is expired, needs to be uploaded again.',
  ERROR: 'Error: Media upload has failed with error code',
  FINISHED: 'Finished: Media has been uploaded and it is ready to be published.',
  IN_PROGRESS: 'In Progress: Media is still being processed.',
  PUBLISHED: 'Published: Media has been successfully published.',
} as const;

const table: FieldTable<Container> = {
  id: ({ id }) => id,
  status_code: (container, call) => seenStatus(container, call),
  status: (container, call) => {
    const status = seenStatus(container, call);
    return status === 'ERROR' ? `${words.ERROR} ${container.error_subcode}` : words[status];
  },
};

const containerNode = { name: 'IGContainer', table, unasked: ['id'] } as const;

/** `GET /{container}`. */
export function readContainer(call: Call, container: Container): unknown {
  const account = findInstagram(call.world.db, container.account_id);
  if (!account) throw notFound(call.method, container.id);
  needToPublish(call, account);
  if (!hasSettled(container.created_at, call)) throw notFound(call.method, container.id);
  return pick(call, containerNode, container, askedFields(call, containerNode.unasked));
}

/** A publication is not seen at once, as little as anything else. */
function seenStatus(container: Container, call: Call) {
  const { published_at } = container;
  const seen = published_at !== null && hasSettled(published_at, call) ? published_at : null;
  return statusOf({ ...container, published_at: seen }, call.nowMs);
}
