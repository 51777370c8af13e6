import { passing } from '../failures.ts';
import type { GraphClient } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import type { Missing } from './missing.ts';

/**
 * Has Meta tell us what happens on a Page. An Instagram account needs it on the Page that carries it too.
 * @returns a sentence where Meta does not allow it: the account works, and is read at intervals instead
 */
export async function subscribe(
  graph: GraphClient,
  pageMetaId: string,
  token: string,
  accounts: readonly { name: string }[],
): Promise<Missing[]> {
  const params = { subscribed_fields: 'feed' };
  const answer = await graph.call({ method: 'POST', path: `/${pageMetaId}/subscribed_apps`, token, params });
  if (answer.ok) return [];
  if (passes(answer.failure)) throw passing('Meta did not subscribe us to a Page', answer.failure.retryAfterMs);
  return accounts.map(
    ({ name }): Missing =>
      `Facebook does not tell us at once what happens on ${name}, so it shows here later. Connect again and leave the permission pages_manage_metadata ticked.`,
  );
}
