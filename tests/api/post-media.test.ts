import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { picture } from '../../deploy/local/demo/picture.ts';
import { type Api, type Person, startApiFor } from './api.ts';
import { meet } from './meeting.ts';
import { seedAccount, seedConnection } from './seed.ts';

interface Post {
  id: string;
  targets: { id: string }[];
}

let api: Api;
let tenant: string;
let editor: Person;
let page: string;
let instagram: string;
let reel: string;
beforeAll(async () => {
  ({ api, tenant, person: editor } = await startApiFor('editor'));
  await api.rows(tenant, async (db) => {
    const login = await seedConnection(db);
    [page, instagram] = [await seedAccount(db, login), await seedAccount(db, login, 'instagram')];
    reel = v7();
    const sha256 = Buffer.from(reel);
    await db.insertInto('media_files').values({ sha256, bytes: 9_000_000, expected_until: new Date() }).execute();
    const facts = { content_type: 'video/mp4', bytes: 9_000_000, width: 1_080, height: 1_920, duration_ms: 30_000 };
    await db
      .insertInto('media')
      .values({ id: reel, sha256, ...facts, created_by: v7() })
      .execute();
  });
});
afterAll(() => api.stop());

let made = 0;
const upload = async () => (await editor.client.post<{ id: string }>('/v1/media', picture(made++, 400, 400))).body.id;
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

/** Each way in which a post may name a file: what is made, or changed, so that it does. */
const ways = {
  'a new post': {
    make: async () => undefined,
    body: (file: string) => ({ publishAt: inAnHour(), media: [{ id: file }], targets: onPage() }),
    pointer: '/media/0/id',
  },
  'the cover of a new reel': {
    make: async () => undefined,
    body: (file: string) => ({
      ...{ publishAt: inAnHour(), media: [{ id: reel }] },
      targets: [{ account: instagram, kind: 'reel', options: { coverMedia: file } }],
    }),
    pointer: '/targets/0/options/coverMedia',
  },
  'an edited post': {
    make: () => create({ text: 'x', publishAt: inAnHour(), targets: onPage() }),
    body: (file: string) => ({ media: [{ id: file }] }),
    pointer: '/media/0/id',
  },
  'the cover of an edited reel': {
    make: () =>
      create({ publishAt: inAnHour(), media: [{ id: reel }], targets: [{ account: instagram, kind: 'reel' }] }),
    body: (file: string, post: Post | undefined) => ({
      targets: [{ id: post?.targets[0]?.id, options: { coverMedia: file } }],
    }),
    pointer: '/targets/0/options/coverMedia',
  },
};

const onPage = () => [{ account: page, kind: 'feed' }];
async function create(post: Record<string, unknown>): Promise<Post | undefined> {
  const { status, body } = await editor.client.post<Post>('/v1/posts', post);
  expect(status).toBe(201);
  return body;
}

describe.each(Object.entries(ways))('the file of %s', (_name, { make, body, pointer }) => {
  const send = (file: string, post: Post | undefined) =>
    post
      ? editor.client.send<Problem>('PATCH', `/v1/posts/${post.id}`, body(file, post))
      : editor.client.post<Problem>('/v1/posts', body(file, post));

  test('that is deleted at the same moment is said not to be there', async () => {
    const [file, post] = [await upload(), await make()];
    const lock = sql`delete from media where id = ${file}`;
    const [answer] = await meet(api, { tenant, lock, waiting: 1 }, () => [send(file, post)]);
    expect(answer?.status).toBe(422);
    expect(answer?.body.errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  test('cannot be deleted any more', async () => {
    const [file, post] = [await upload(), await make()];
    expect((await send(file, post)).status).toBe(post ? 200 : 201);
    expect((await editor.client.delete(`/v1/media/${file}`)).status).toBe(409);
  });
});

test('a post can be edited though the cover of what is out already was deleted', async () => {
  const file = await upload();
  const cover = { account: instagram, kind: 'reel', options: { coverMedia: file } };
  const media = [{ id: reel }];
  const post = await create({
    text: 'x',
    publishAt: inAnHour(),
    media,
    targets: [cover, { account: page, kind: 'reel' }],
  });
  await api.rows(tenant, (db) =>
    db
      .updateTable('targets')
      .set({ state: 'published' })
      .where('id', '=', post?.targets[0]?.id ?? '')
      .execute(),
  );
  expect((await editor.client.delete(`/v1/media/${file}`)).status).toBe(204);
  expect((await editor.client.send('PATCH', `/v1/posts/${post?.id}`, { text: 'y' })).status).toBe(200);
});

test('as what a post went out is known by its ledger, also when it is deleted at Meta, and not guessed where that says nothing', async () => {
  const post = await create({ text: 'x', publishAt: inAnHour(), targets: onPage() });
  const [target, draft] = [post?.targets[0]?.id ?? '', v7()];
  const becomes = async (state: 'published' | 'deleting' | 'deleted') => {
    await api.rows(tenant, (db) => db.updateTable('targets').set({ state }).where('id', '=', target).execute());
    const { body } = await editor.client.get<{ targets: { becomes: string | null }[] }>(`/v1/posts/${post?.id}`);
    return body.targets[0]?.becomes;
  };
  expect(await becomes('published')).toBeNull();
  const call = (step: 'photo' | 'draft' | 'commit', meta_id: string, more: object = {}) => ({
    ...{ id: v7(), target, step, meta_id, revision: 1, content_hash: Buffer.alloc(1), status: 'done' as const },
    ...more,
  });
  const calls = [
    call('draft', '9', { id: draft }),
    call('photo', '1', { part_of: draft }),
    call('photo', '2', { part_of: draft }),
    call('commit', '9'),
    // Made later, and not used in the end.
    call('draft', '10'),
    call('commit', '10', { status: 'abandoned' }),
  ];
  await api.rows(tenant, (db) => db.insertInto('ledger').values(calls).execute());
  for (const state of ['published', 'deleting', 'deleted'] as const) expect(await becomes(state)).toBe('album');
});
