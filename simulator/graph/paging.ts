import { badParameter, GraphError } from '../errors.ts';
import type { Call } from './call.ts';

const DEFAULT_LIMIT = 25;
const LARGEST_LIMIT = 100;

interface Listing<Item> {
  items: readonly Item[];
  idOf: (item: Item) => string;
  /** Node and edge, for the addresses of the neighbouring pages. */
  path: string;
  show: (item: Item) => unknown;
}

/** One page of a list, with opaque cursors and, like Meta's, with addresses of its neighbours that carry the token. */
export function listed<Item>(call: Call, { items, idOf, path, show }: Listing<Item>): Record<string, unknown> {
  const limit = limitOf(call);
  const ids = items.map(idOf);
  const from = firstIndex(call, ids, limit);
  const shown = items.slice(from, from + limit);
  const [first, last] = [shown[0], shown.at(-1)];
  if (first === undefined || last === undefined) return { data: [] };
  const cursors = { before: cursor(idOf(first)), after: cursor(idOf(last)) };
  const link = (side: string, value: string) => neighbour(call, path, { limit: String(limit), [side]: value });
  return {
    data: shown.map(show),
    paging: {
      cursors,
      ...(from > 0 && { previous: link('before', cursors.before) }),
      ...(from + limit < items.length && { next: link('after', cursors.after) }),
    },
  };
}

function limitOf({ params }: Call): number {
  const text = params.text('limit');
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) throw badParameter('param limit must be a positive integer');
  if (limit > LARGEST_LIMIT)
    throw new GraphError(1, "Please reduce the amount of data you're asking for, then retry your request");
  return limit;
}

function firstIndex({ params }: Call, ids: readonly string[], limit: number): number {
  const [after, before] = [params.text('after'), params.text('before')];
  if (after) return place(ids, after, 'After') + 1;
  return before ? Math.max(0, place(ids, before, 'Before') - limit) : 0;
}

function place(ids: readonly string[], given: string, which: string): number {
  const index = ids.indexOf(
    Buffer.from(given, 'base64url')
      .toString('utf8')
      .replace(/^cursor:/, ''),
  );
  if (index < 0) throw badParameter(`The ${which} Cursor specified exceeds the max limit supported by this endpoint`);
  return index;
}

const cursor = (id: string) => Buffer.from(`cursor:${id}`).toString('base64url');

function neighbour(call: Call, path: string, more: Record<string, string>): string {
  const query = new URLSearchParams({ access_token: call.token.token });
  for (const name of ['fields', 'since', 'until']) {
    const value = call.params.text(name);
    if (value !== undefined) query.set(name, value);
  }
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return `${call.origin}/${call.version}/${path}?${query}`;
}
