import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type Person, startApiFor } from './api.ts';
import { images, seedAccount, seedConnection } from './seed.ts';

interface Said {
  pointer?: string;
  detail: string;
}
interface Checked {
  ok: boolean;
  flaws: Said[];
  resolution: { instant: string } | null;
  targets: { account: string; becomes: string | null; flaws: Said[]; notes: Said[] }[];
}

let api: Api;
let tenant: string;
let viewer: Person;
let page: string;
let instagram: string;
beforeAll(async () => {
  ({ api, tenant, person: viewer } = await startApiFor('viewer'));
  [page, instagram] = await api.rows(tenant, async (db) => {
    const login = await seedConnection(db, 'connected', [...pageScopes, ...instagramScopes]);
    return [await seedAccount(db, login), await seedAccount(db, login, 'instagram')] as const;
  });
});
afterAll(() => api.stop());

const pageScopes = ['pages_show_list', 'pages_read_engagement', 'pages_manage_posts'];
const instagramScopes = ['instagram_basic', 'instagram_content_publish'];

const check = async (post: Record<string, unknown>) => {
  const { status, body } = await viewer.client.post<Checked>('/v1/posts/check', post);
  expect(status).toBe(200);
  return body;
};
const upload = async (image: Buffer) =>
  (await (await api.person(tenant, 'editor')).client.post<{ id: string }>('/v1/media', image)).body.id;

/** A video as it is in the tenant once it was uploaded; its file is not looked at here. */
const video = (facts: { duration_ms: number; height?: number }) =>
  api.rows(tenant, async (db) => {
    const [id, sha256] = [v7(), Buffer.from(v7())];
    await db.insertInto('media_files').values({ sha256, bytes: 9_000_000, expected_until: new Date() }).execute();
    await db
      .insertInto('media')
      .values({
        ...{ id, sha256, content_type: 'video/mp4', bytes: 9_000_000, width: 1_080, height: 1_920, created_by: v7() },
        ...facts,
      })
      .execute();
    return id;
  });

test('each account is told what it becomes there and what would be refused, and nothing is kept', async () => {
  const png = await upload(images.png);
  const short = await video({ duration_ms: 2_000 });
  const { ok, targets } = await check({
    text: '#tag '.repeat(31),
    media: [{ id: png }, { id: short }],
    targets: [
      { account: page, kind: 'feed' },
      { account: instagram, kind: 'feed' },
    ],
  });
  expect(ok).toBe(false);
  expect(targets).toMatchObject([
    { account: page, becomes: null, flaws: [{ pointer: '/media', detail: expect.stringContaining('not both') }] },
    { account: instagram, becomes: 'carousel' },
  ]);
  expect(targets[1]?.flaws.map(({ pointer }) => pointer)).toEqual(['/text', '/media/1']);
  expect(targets[1]?.notes.map(({ pointer }) => pointer)).toEqual(['/media/0']);
  expect(await api.rows(tenant, (db) => db.selectFrom('posts').select('id').execute())).toEqual([]);
});

test('what is as it should be is said to be so', async () => {
  const { ok, flaws, targets } = await check({ text: 'x', targets: [{ account: page, kind: 'feed' }] });
  expect({ ok, flaws }).toEqual({ ok: true, flaws: [] });
  expect(targets).toEqual([{ account: page, becomes: 'text', flaws: [], notes: [] }]);
});

test('what is only to be granted is no reason to refuse, and is told', async () => {
  const reel = await video({ duration_ms: 30_000 });
  const { ok, targets } = await check({
    ...{ text: 'x', media: [{ id: reel }] },
    targets: [{ account: instagram, kind: 'reel', firstComment: 'first', options: { shareToFeed: true } }],
  });
  expect(ok).toBe(true);
  // The comment needs a permission that this login was not granted.
  expect(targets[0]).toMatchObject({
    ...{ becomes: 'reel', flaws: [] },
    notes: [{ pointer: '/targets/0/firstComment', detail: expect.stringContaining('instagram_manage_comments') }],
  });
});

test('a wrong time is a flaw of the whole', async () => {
  const publishAt = { local: '2037-03-29T02:30', zone: 'Europe/Berlin' };
  const { ok, flaws } = await check({ text: 'x', publishAt, targets: [{ account: page, kind: 'feed' }] });
  expect(ok).toBe(false);
  expect(flaws).toMatchObject([{ pointer: '/publishAt/local' }]);
});

test('a time that no client could read is a flaw of the whole, and is not said back', async () => {
  const publishAt = { local: '9999-12-31T23:59', zone: 'America/Los_Angeles' };
  const { ok, flaws, resolution } = await check({ text: 'x', publishAt, targets: [{ account: page, kind: 'feed' }] });
  expect({ ok, resolution }).toEqual({ ok: false, resolution: null });
  expect(flaws).toMatchObject([{ pointer: '/publishAt', detail: expect.stringContaining('9999') }]);
});

test('of a time that has passed it is said what was understood', async () => {
  const publishAt = { local: '2020-07-01T09:00', zone: 'Europe/Berlin' };
  const { ok, flaws, resolution } = await check({ text: 'x', publishAt, targets: [{ account: page, kind: 'feed' }] });
  expect(ok).toBe(false);
  expect(flaws).toMatchObject([{ pointer: '/publishAt', detail: expect.stringContaining('is in the past') }]);
  expect(resolution).toEqual({ ...publishAt, instant: '2020-07-01T07:00:00.000Z', occursTwice: false });
});

test('more than Instagram says that it takes of this account in a day is told', async () => {
  const reel = await video({ duration_ms: 30_000 });
  const publishAt = new Date(Date.now() + 96 * 3_600_000);
  const notes = async () => {
    const post = { text: 'z', media: [{ id: reel }], publishAt: publishAt.toISOString() };
    const { targets } = await check({ ...post, targets: [{ account: instagram, kind: 'reel' }] });
    return targets[0]?.notes.map(({ detail }) => detail).filter((detail) => detail.includes('in 24 hours')) ?? [];
  };
  await api.rows(tenant, async (db) => {
    const post = v7();
    await db.insertInto('posts').values({ id: post, publish_at: publishAt, created_by: v7() }).execute();
    await db.insertInto('post_media').values({ post, position: 0, media: reel }).execute();
    const target = { id: v7(), post, account: instagram, kind: 'reel', state: 'scheduled' } as const;
    await db.insertInto('targets').values(target).execute();
  });
  const said = (publishing_quota: number | null) =>
    api.rows(tenant, (db) =>
      db.updateTable('accounts').set({ publishing_quota }).where('id', '=', instagram).execute(),
    );
  expect(await notes()).toEqual([]);
  await said(2);
  expect(await notes()).toEqual([]);
  await said(1);
  expect(await notes()).toMatchObject([expect.stringContaining('Meta takes 1 posts on this Instagram account')]);
});

test('more than Meta takes of an account in a day is told', async () => {
  const reel = await video({ duration_ms: 30_000 });
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000);
  const due = async (count: number) =>
    api.rows(tenant, async (db) => {
      for (let n = 0; n < count; n += 1) {
        const post = v7();
        await db
          .insertInto('posts')
          .values({ id: post, publish_at: at(48 + n / 10), created_by: v7() })
          .execute();
        await db.insertInto('post_media').values({ post, position: 0, media: reel }).execute();
        await db
          .insertInto('targets')
          .values({ id: v7(), post, account: page, kind: 'reel', state: 'scheduled' })
          .execute();
      }
    });
  const notes = async () => {
    const post = { text: 'y', media: [{ id: reel }], publishAt: at(54).toISOString() };
    return (await check({ ...post, targets: [{ account: page, kind: 'reel' }] })).targets[0]?.notes ?? [];
  };
  await due(29);
  expect((await notes()).filter(({ detail }) => detail.includes('30 reels'))).toEqual([]);
  await due(1);
  expect((await notes()).filter(({ detail }) => detail.includes('30 reels'))).toHaveLength(1);
});

test('that the same goes out an hour before is told, however many others go out that day', async () => {
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000);
  const due = (text: string, hours: number, count: number) =>
    api.rows(tenant, (db) =>
      sql`with made as (
          insert into posts (id, text, publish_at, created_by)
          select gen_random_uuid(), ${text}, ${at(hours)}::timestamptz, gen_random_uuid() from generate_series(1, ${count}::int)
          returning id)
        insert into targets (id, post, account, kind, state)
        select gen_random_uuid(), id, ${page}::uuid, 'feed', 'scheduled' from made`.execute(db),
    );
  await due('Something else', 320, 2_000);
  await due('The same', 299, 1);
  const post = { text: 'The same', publishAt: at(300).toISOString() };
  const { targets } = await check({ ...post, targets: [{ account: page, kind: 'feed' }] });
  expect(targets[0]?.notes).toMatchObject([{ detail: expect.stringContaining('less than 24 hours apart') }]);
});
