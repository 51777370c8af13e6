import { badParameter, notAllowed } from '../errors.ts';
import type { Page } from '../state/accounts.ts';
import { subscribe, subscriptionOf, unsubscribe } from '../state/subscriptions.ts';
import type { Call } from './call.ts';
import { allows, needPageToken } from './rights.ts';

const pageFields = new Set([
  'feed',
  'mention',
  'name',
  'picture',
  'category',
  'description',
  'leadgen',
  'ratings',
  'videos',
  'live_videos',
]);
const messagingFields = new Set([
  ...['messages', 'messaging_postbacks', 'message_deliveries', 'message_reads', 'message_echoes', 'message_reactions'],
  ...['message_edits', 'messaging_optins', 'messaging_referrals', 'standby', 'messaging_handovers'],
]);
const tasks = ['CREATE_CONTENT', 'MANAGE', 'MODERATE'] as const;

/** `POST /{page}/subscribed_apps`: from now on the app gets webhooks about this Page. */
export function subscribeApp(call: Call, page: Page): unknown {
  needToSubscribe(call, page.id);
  const fields = call.params.list('subscribed_fields')?.map(String).filter(Boolean);
  if (!fields?.length) throw badParameter('The parameter subscribed_fields is required');
  for (const [place, field] of fields.entries()) check(call, page.id, field, place);
  subscribe(call.world.db, page.id, fields);
  return { success: true };
}

/** `GET /{page}/subscribed_apps`: this app, if it is subscribed. */
export function subscribedApps(call: Call, page: Page): unknown {
  needToSubscribe(call, page.id);
  const { world, origin } = call;
  const fields = subscriptionOf(world.db, page.id);
  if (!fields) return { data: [] };
  return { data: [{ link: `${origin}/`, name: world.app.name, id: world.app.id, subscribed_fields: fields }] };
}

/** `DELETE /{page}/subscribed_apps`. */
export function unsubscribeApp(call: Call, page: Page): unknown {
  needToSubscribe(call, page.id);
  unsubscribe(call.world.db, page.id);
  return { success: true };
}

function needToSubscribe(call: Call, pageId: string): void {
  needPageToken(call, pageId, tasks);
  const missing = ['pages_manage_metadata', 'pages_show_list'].filter(
    (permission) => !allows(call, permission, pageId),
  );
  if (missing.length) throw notAllowed(`Requires ${missing.join(' and ')} permission to manage the object`);
}

function check(call: Call, pageId: string, field: string, place: number): void {
  if (messagingFields.has(field)) {
    if (!allows(call, 'pages_messaging', pageId))
      throw notAllowed(`To subscribe to the ${field} field, one of these permissions is needed: pages_messaging`);
  } else if (!pageFields.has(field)) {
    const known = [...pageFields, ...messagingFields].join(', ');
    throw badParameter(`Param subscribed_fields[${place}] must be one of {${known}} - got "${field.slice(0, 60)}".`);
  }
}
