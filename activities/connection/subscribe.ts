import { graphFields } from '../../meta/graph-objects.ts';
import { passing } from '../failures.ts';
import type { GraphClient } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { metaId } from '../graph/ids.ts';
import type { Missing } from './missing.ts';
import type { Bearer } from './profile.ts';

const fields = ['feed'] as const;

/** Meta forgets subscriptions, and anybody with a role on the Page can end them. What Meta refuses to tell is left as it is. */
export async function repairSubscription(graph: GraphClient, pageMetaId: string, as: Bearer): Promise<void> {
  const call = { method: 'GET', path: `/${pageMetaId}/subscribed_apps`, token: as.token, granted: as.scopes } as const;
  const answer = await graph.call<{ data?: unknown }>({ ...call, fields: graphFields.subscription });
  if (!answer.ok && passes(answer.failure))
    throw passing('Meta did not say whether we are subscribed to a Page', answer.failure.retryAfterMs);
  if (answer.ok && !isSubscribed(answer.data.data, graph.appId)) await subscribe(graph, pageMetaId, as, []);
}

function isSubscribed(apps: unknown, appId: string): boolean {
  const ours = (Array.isArray(apps) ? apps : []).find((app) => metaId(app?.id) === appId);
  const subscribed: unknown = ours?.subscribed_fields;
  return Array.isArray(subscribed) && fields.every((field) => subscribed.includes(field));
}

/**
 * Has Meta tell us what happens on a Page. An Instagram account needs it on the Page that carries it too.
 * @returns a sentence where Meta does not allow it: the account works, and is read at intervals instead
 */
export async function subscribe(
  graph: GraphClient,
  pageMetaId: string,
  { token, scopes: granted }: Bearer,
  accounts: readonly { name: string }[],
): Promise<Missing[]> {
  const params = { subscribed_fields: fields.join(',') };
  const answer = await graph.call({ method: 'POST', path: `/${pageMetaId}/subscribed_apps`, token, granted, params });
  if (answer.ok) return [];
  if (passes(answer.failure)) throw passing('Meta did not subscribe us to a Page', answer.failure.retryAfterMs);
  return accounts.map(
    ({ name }): Missing =>
      `Facebook does not tell us at once what happens on ${name}, so it shows here later. Connect again and leave the permission pages_manage_metadata ticked.`,
  );
}
