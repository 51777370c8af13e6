import { badParameter } from '../../errors.ts';
import type { InstagramAccount } from '../../state/accounts.ts';
import { DAY_MS, SECOND_MS } from '../../state/clock.ts';
import { publishedSince } from '../../state/media.ts';
import type { Call } from '../call.ts';
import { askedFields, type FieldTable, pick } from '../fields.ts';
import { timeParameter } from '../time-parameter.ts';
import { needToPublish } from './rights.ts';

const table: FieldTable<{ used: number; id: undefined }> = {
  quota_usage: ({ used }) => used,
  config: (_used, { switches }) => ({ quota_total: switches.publishingQuota, quota_duration: DAY_MS / SECOND_MS }),
  id: () => undefined,
};

/** `GET /{instagram}/content_publishing_limit`: a list of one. */
export function contentPublishingLimit(call: Call, account: InstagramAccount): unknown {
  needToPublish(call, account);
  const since = timeParameter(call, 'since') || call.nowMs - DAY_MS;
  if (since < call.nowMs - DAY_MS - SECOND_MS) throw badParameter('since must be within the last 24 hours');
  const used = publishedSince(call.world.db, account.id, since);
  const node = { name: 'ContentPublishingLimit', table };
  return { data: [pick(call, node, { used, id: undefined }, askedFields(call, ['quota_usage']))] };
}
