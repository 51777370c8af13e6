import type { GraphAnswer, GraphCall, GraphClient } from './client.ts';

const pageSize = 100;
const pagesAtMost = 100;

/**
 * Everything on an edge. The next page is asked for by its cursor: Meta's own `next` address would hold the token.
 */
export async function listAll(
  graph: GraphClient,
  call: Omit<GraphCall, 'method'>,
): Promise<GraphAnswer<Record<string, unknown>[]>> {
  const found: Record<string, unknown>[] = [];
  let after: string | undefined;
  for (let page = 0; page < pagesAtMost; page++) {
    const params = { ...call.params, limit: pageSize, ...(after === undefined ? {} : { after }) };
    const answer = await graph.call<Page>({ ...call, method: 'GET', params });
    if (!answer.ok) return answer;
    const { data, paging } = answer.data;
    found.push(...entriesIn<Record<string, unknown>>(data));
    const cursor = paging?.next === undefined ? undefined : paging?.cursors?.after;
    if (typeof cursor !== 'string' || cursor === after) break;
    after = cursor;
  }
  return { ok: true, data: found };
}

/** What is in a list of Meta's; nothing where it is none. What is no object in it keeps nobody from the others. */
export const entriesIn = <Entry extends object>(data: unknown): Entry[] =>
  Array.isArray(data) ? data.filter((entry): entry is Entry => isObject(entry)) : [];

interface Page {
  data?: unknown;
  paging?: { next?: unknown; cursors?: { after?: unknown } } | null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
