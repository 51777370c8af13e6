import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetExpired } from '../../activities/tenant/forget-expired.ts';
import type { Problem } from '../../api/http/problem.ts';
import type { TenantPools } from '../../db/tenant/pools.ts';
import { eventually } from '../stack/eventually.ts';
import { type Api, type Person, startApiFor } from './api.ts';
import { meet } from './meeting.ts';
import { images, seedAccount, seedConnection } from './seed.ts';

interface Post {
  id: string;
  targets: { id: string }[];
}

let api: Api;
let tenant: string;
let editor: Person;
let page: string;
beforeAll(async () => {
  ({ api, tenant, person: editor } = await startApiFor('editor'));
  page = await api.rows(tenant, async (db) => seedAccount(db, await seedConnection(db)));
});
afterAll(() => api.stop());

const send = <T = Post>(text: string, key: string, client = editor.client) =>
  client.post<T>('/v1/posts', { text, targets: [{ account: page, kind: 'feed' }] }, { 'idempotency-key': key });
const postsWith = (text: string) =>
  api.rows(tenant, (db) => db.selectFrom('posts').select('id').where('text', '=', text).execute());
const age = (hours: number, ...keys: string[]) =>
  api.rows(tenant, (db) =>
    sql`update idempotent_answers set created_at = created_at - make_interval(hours => ${hours})
      where key = any(${keys}::text[])`.execute(db),
  );
const stored = (key: string) =>
  api.rows(tenant, (db) => db.selectFrom('idempotent_answers').selectAll().where('key', '=', key).executeTakeFirst());

test('the same key with the same body gives the same answer and one post', async () => {
  const [first, second] = [await send('Once', 'k-1'), await send('Once', 'k-1')];
  expect(second.status).toBe(201);
  expect(second.body).toEqual(first.body);
  expect(second.headers.get('location')).toBe(first.headers.get('location'));
  expect(await postsWith('Once')).toHaveLength(1);
});

test('without a key two posts are two posts', async () => {
  const post = { text: 'Twice', targets: [{ account: page, kind: 'feed' }] };
  await editor.client.post('/v1/posts', post);
  await editor.client.post('/v1/posts', post);
  expect(await postsWith('Twice')).toHaveLength(2);
});

test('the same key with another body is refused', async () => {
  await send('One thing', 'k-2');
  const { status, body } = await send<Problem>('Another thing', 'k-2');
  expect(status).toBe(409);
  expect(body.type).toBe('/problems/idempotency-conflict');
  expect(await postsWith('Another thing')).toHaveLength(0);
});

test('the same key of another person is another key', async () => {
  const other = await api.person(tenant, 'editor');
  const [mine, theirs] = [await send('Shared', 'k-3'), await send('Shared', 'k-3', other.client)];
  expect(theirs.status).toBe(201);
  expect(theirs.body.id).not.toBe(mine.body.id);
});

test('ten requests with one key at once make one post', async () => {
  const lock = sql`lock table posts in exclusive mode`;
  const table = { tenant, lock, waiting: 1, connected: api.config.TENANT_POOL_CONNECTIONS };
  const answers = await meet(api, table, () => Array.from({ length: 10 }, () => send('At once', 'k-4')));
  expect(await postsWith('At once')).toHaveLength(1);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
});

test('a request that finds its twin still at work is told to come back', async () => {
  await api.rows(tenant, (db) =>
    db.connection().execute(async (connection) => {
      const number = sql`hashtextextended(${`idempotency ${editor.id} k-5`}, 0)`;
      await sql`select pg_advisory_lock(${number})`.execute(connection);
      const { status, body, headers } = await send<Problem>('Busy', 'k-5');
      await sql`select pg_advisory_unlock(${number})`.execute(connection);
      expect(status).toBe(409);
      expect(body.type).toBe('/problems/idempotency-busy');
      expect(headers.get('retry-after')).toBe('1');
    }),
  );
  expect((await send('Busy', 'k-5')).status).toBe(201);
});

test('a key may be used again after a refusal, with the request corrected', async () => {
  const refused = await editor.client.post(
    '/v1/posts',
    { text: '', targets: [{ account: page, kind: 'feed' }] },
    { 'idempotency-key': 'k-6' },
  );
  expect(refused.status).toBe(422);
  expect((await send('Corrected', 'k-6')).status).toBe(201);
});

test('after 24 hours a key is a new key', async () => {
  const first = await send('Yesterday', 'k-7');
  await age(25, 'k-7');
  const second = await send('Yesterday', 'k-7');
  expect(second.status).toBe(201);
  expect(second.body.id).not.toBe(first.body.id);
});

test('what was kept of a key is deleted when its 24 hours are over, whether or not another request comes', async () => {
  for (const key of ['k-13', 'k-14']) await send('Kept for a day', key);
  await age(25, 'k-13');
  await age(23, 'k-14');
  await api.rows(tenant, (db) =>
    sql`insert into idempotent_answers (caller, key, request_hash, created_at)
      select ${editor.id}, 'many ' || n, '', now() - interval '2 days' from generate_series(1, 1500) n`.execute(db),
  );
  const broken = await api.fresh.tenant('Away');
  const use: TenantPools['use'] = (of, work) =>
    of === broken ? Promise.reject(new Error('Its database is away')) : api.rows(of, work);
  const forgotten = await forgetExpired({ control: api.fresh.control, tenants: { use } as TenantPools });
  expect(forgotten).toMatchObject({ answers: 1501, failed: 1 });
  expect([await stored('k-13'), (await stored('k-14'))?.status]).toEqual([undefined, 201]);
});

test('when the process died before its answer was kept, the repetition finds the post it had made', async () => {
  const first = await send('Lost answer', 'k-8');
  // As a kill between the commit of the post and the keeping of the answer leaves it.
  await api.rows(tenant, (db) =>
    db
      .updateTable('idempotent_answers')
      .set({ status: null, headers: null, body: null })
      .where('key', '=', 'k-8')
      .execute(),
  );
  const second = await send('Lost answer', 'k-8');
  expect(second.status).toBe(201);
  expect(second.body.id).toBe(first.body.id);
  expect(await postsWith('Lost answer')).toHaveLength(1);
  const target = first.body.targets[0]?.id ?? '';
  const wanted = await api.control
    .selectFrom('workflows')
    .select('wanted')
    .where('id', 'like', `%${target}`)
    .executeTakeFirst();
  expect(wanted?.wanted).toBe(1);
  expect((await stored('k-8'))?.status).toBe(201);
});

test('a repetition finds its post even when the time it was for is past by then', async () => {
  const post = { text: 'Time passed', publishAt: new Date(Date.now() + 3_600_000).toISOString() };
  const again = () =>
    editor.client.post<Post>(
      '/v1/posts',
      { ...post, targets: [{ account: page, kind: 'feed' }] },
      { 'idempotency-key': 'k-12' },
    );
  const first = await again();
  await api.rows(tenant, async (db) => {
    await db.updateTable('idempotent_answers').set({ status: null }).where('key', '=', 'k-12').execute();
    // Its account may be gone as well: every rule would refuse it now.
    await db.updateTable('accounts').set({ platform: 'instagram' }).where('id', '=', page).execute();
  });
  const second = await again();
  await api.rows(tenant, (db) =>
    db.updateTable('accounts').set({ platform: 'facebook' }).where('id', '=', page).execute(),
  );
  expect(second.status).toBe(201);
  expect(second.body.id).toBe(first.body.id);
});

test('when it died before the post was committed, the repetition makes it under a newer revision', async () => {
  const first = await send('Half done', 'k-9');
  await api.rows(tenant, async (db) => {
    await db.deleteFrom('posts').where('id', '=', first.body.id).execute();
    await db
      .updateTable('idempotent_answers')
      .set({ status: null, headers: null, body: null })
      .where('key', '=', 'k-9')
      .execute();
  });
  const second = await send('Half done', 'k-9');
  expect(second.body.id).toBe(first.body.id);
  const target = second.body.targets[0]?.id ?? '';
  const row = await api.rows(tenant, (db) =>
    db.selectFrom('targets').select('revision').where('id', '=', target).executeTakeFirst(),
  );
  const wanted = await api.control
    .selectFrom('workflows')
    .select('wanted')
    .where('id', 'like', `%${target}`)
    .executeTakeFirst();
  expect(row?.revision).toBe(2);
  expect(wanted?.wanted).toBe(2);
});

test('an upload with a key is one media, with another file a conflict', async () => {
  const upload = (image: Buffer) =>
    editor.client.post<{ id: string }>('/v1/media', image, { 'idempotency-key': 'k-10' });
  const [first, second] = [await upload(images.png), await upload(images.png)];
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.body.id).toBe(first.body.id);
  expect((await upload(images.gif)).status).toBe(409);
});

test('what cannot be a key is refused', async () => {
  for (const key of ['', ' ', 'a b', 'x'.repeat(201), 'ü']) expect((await send('Bad key', key)).status).toBe(400);
});

test('the ids of a repeatable request say when it was first made', async () => {
  const { body } = await send('When', 'k-11');
  const madeMs = Number.parseInt(body.id.replaceAll('-', '').slice(0, 12), 16);
  expect(Math.abs(madeMs - Date.now())).toBeLessThan(60_000);
  expect(body.id[14]).toBe('7');
  await eventually(() => stored('k-11'));
});
