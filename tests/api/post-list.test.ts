import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { type Api, type Person, startApiFor } from './api.ts';
import { seedPages } from './seed.ts';

interface Page {
  items: { id: string; text: string; publishAt: string | null }[];
  next: string | null;
}

let api: Api;
let tenant: string;
let editor: Person;
let pages: string[];
beforeAll(async () => {
  ({ api, tenant, person: editor } = await startApiFor('editor'));
  pages = await api.rows(tenant, (db) => seedPages(db, 2));
  // Three at the same instant, so that the id has to decide.
  for (let n = 0; n < 7; n += 1) await post(`post ${n}`, day(Math.min(n, 4)), pages[n % 2] ?? '');
});
afterAll(() => api.stop());

const day = (n: number) => new Date(Date.UTC(2037, 0, 1 + n)).toISOString();
const post = (text: string, publishAt: string, account: string) =>
  editor.client.post('/v1/posts', { text, publishAt, draft: true, targets: [{ account, kind: 'feed' }] });
const list = async (query = '') => (await editor.client.get<Page>(`/v1/posts?${query}`)).body;
const texts = ({ items }: Page) => items.map(({ text }) => text);

test('the latest comes first, and pages follow each other without gap or repetition', async () => {
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await list(`limit=2${cursor && `&cursor=${cursor}`}`);
    expect(page.items.length).toBeLessThanOrEqual(2);
    seen.push(...texts(page));
    cursor = page.next ?? '';
  } while (cursor);
  expect(seen).toEqual(['post 6', 'post 5', 'post 4', 'post 3', 'post 2', 'post 1', 'post 0']);
});

test('what is made while somebody pages moves nothing', async () => {
  const first = await list('limit=3');
  await post('newest', day(30), pages[0] ?? '');
  await post('oldest', day(-30), pages[0] ?? '');
  const second = await list(`limit=3&cursor=${first.next}`);
  expect([...texts(first), ...texts(second)]).toEqual(['post 6', 'post 5', 'post 4', 'post 3', 'post 2', 'post 1']);
  await api.rows(tenant, (db) => db.deleteFrom('posts').where('text', 'in', ['newest', 'oldest']).execute());
});

test('a list can be narrowed by time, account and state', async () => {
  expect(texts(await list(`from=${day(1)}&to=${day(3)}`))).toEqual(['post 2', 'post 1']);
  expect(texts(await list(`account=${pages[1]}`))).toEqual(['post 5', 'post 3', 'post 1']);
  expect(texts(await list('state=scheduled'))).toEqual([]);
  expect(await list(`state=draft&account=${pages[1]}&limit=2`)).toMatchObject({ next: expect.any(String) });
});

test('a draft without a time stands where it was made', async () => {
  const { body } = await editor.client.post<{ id: string }>('/v1/posts', {
    text: 'some day',
    draft: true,
    targets: [{ account: pages[0], kind: 'feed' }],
  });
  const { items } = await list(`to=${day(0)}`);
  expect(items.map(({ id }) => id)).toEqual([body.id]);
  await api.rows(tenant, (db) => db.deleteFrom('posts').where('id', '=', body.id).execute());
});

test('a place between microseconds is kept exactly', async () => {
  const made = await api.rows(tenant, async (db) => {
    const { sql } = await import('kysely');
    const { rows } = await sql<{ id: string }>`
      insert into posts (id, text, draft, created_by, created_at)
      select gen_random_uuid(), 'close ' || n, true, gen_random_uuid(), timestamptz '2000-01-01 00:00:00.000001+00' + n * interval '1 microsecond'
      from generate_series(1, 5) n returning id`.execute(db);
    return rows.length;
  });
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await list(`limit=1&to=2001-01-01T00:00:00Z${cursor && `&cursor=${cursor}`}`);
    seen.push(...texts(page));
    cursor = page.next ?? '';
  } while (cursor);
  expect(seen).toHaveLength(made);
  expect(seen).toEqual(['close 5', 'close 4', 'close 3', 'close 2', 'close 1']);
});

test('a made-up cursor is refused by name', async () => {
  const id = '0199b1f2-7c3d-7a10-8b5e-000000000001';
  const instants = ['----', 'Z', '2026-02-30T00:00:00.000000Z', '0000-01-01T00:00:00.000000Z', '294277-01-01'];
  const forged = ['["now()","x"]', ...instants.map((at) => JSON.stringify([at, id]))];
  for (const cursor of ['x', 'W10', ...forged.map((text) => Buffer.from(text).toString('base64url'))]) {
    const { status, body } = await editor.client.get<Problem>(`/v1/posts?cursor=${cursor}`);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ parameter: 'cursor' }]);
  }
});
