import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Api, type Person, startApi } from './api.ts';

interface Notice {
  id: string;
  about: string;
  subject: string;
  words: string;
  remedy: string;
  createdAt: string;
}
interface List {
  items: Notice[];
  next: string | null;
}

let api: Api;
let tenant: string;
let editor: Person;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  tenant = await api.fresh.tenant();
  editor = await api.person(tenant, 'editor');
});
afterAll(() => api.stop());

/** As a worker tells the members something. */
async function tell(words: string, createdAt = new Date()): Promise<string> {
  const notice = {
    id: v7(),
    about: 'connection',
    subject: v7(),
    words,
    remedy: 'Connect again.',
    created_at: createdAt,
  };
  await api.rows(tenant, (db) => db.insertInto('notices').values(notice).execute());
  return notice.id;
}

const list = async (query = '') => (await editor.client.get<List>(`/v1/notices${query}`)).body;

test('what needs attention is listed with what to do, latest first', async () => {
  await tell('The login ends.', new Date('2026-11-20T08:00:00Z'));
  const id = await tell('The login has ended.', new Date('2026-11-21T08:00:00Z'));
  const { items, next } = await list();
  expect(next).toBeNull();
  expect(items.map(({ words }) => words)).toEqual(['The login has ended.', 'The login ends.']);
  expect(items[0]).toMatchObject({
    id,
    about: 'connection',
    remedy: 'Connect again.',
    createdAt: '2026-11-21T08:00:00.000Z',
  });
});

test('what is dismissed is gone for everybody, and can be dismissed once', async () => {
  const id = await tell('The login ends.');
  expect((await editor.client.delete(`/v1/notices/${id}`)).status).toBe(204);
  expect((await list()).items).toEqual([]);
  expect((await editor.client.delete(`/v1/notices/${id}`)).status).toBe(404);
});

test('a viewer reads notices and cannot dismiss them', async () => {
  const id = await tell('The login ends.');
  const viewer = await api.person(tenant, 'viewer');
  expect((await viewer.client.get<List>('/v1/notices')).body.items).toHaveLength(1);
  expect((await viewer.client.delete(`/v1/notices/${id}`)).status).toBe(403);
  expect((await list()).items).toHaveLength(1);
});

test('another tenant neither sees nor dismisses them', async () => {
  const id = await tell('The login ends.');
  const other = await api.person(await api.fresh.tenant(), 'owner');
  expect((await other.client.get<List>('/v1/notices')).body.items).toEqual([]);
  expect((await other.client.delete(`/v1/notices/${id}`)).status).toBe(404);
  expect((await list()).items).toHaveLength(1);
});

test('a long list comes in pages that miss and repeat nothing, also of the same instant', async () => {
  const at = new Date('2026-11-20T08:00:00Z');
  for (const n of [1, 2, 3, 4, 5]) await tell(`Number ${n}`, at);
  const first = await list('?limit=2');
  await tell('A newer one', new Date('2026-11-21T08:00:00Z'));
  const second = await list(`?limit=2&cursor=${first.next}`);
  const third = await list(`?limit=2&cursor=${second.next}`);
  const words = [first, second, third].flatMap(({ items }) => items.map((notice) => notice.words));
  expect(words.sort()).toEqual([1, 2, 3, 4, 5].map((n) => `Number ${n}`));
  expect(third.next).toBeNull();
  expect((await editor.client.get('/v1/notices?cursor=nonsense')).status).toBe(422);
});
