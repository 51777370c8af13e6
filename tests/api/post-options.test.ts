import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { picture } from '../../deploy/local/demo/picture.ts';
import { type Api, type Person, startApiFor } from './api.ts';
import { seedAccount, seedConnection } from './seed.ts';

interface Post {
  id: string;
  media: { id: string; altText: string | null }[];
  targets: { id: string; options: Record<string, unknown> }[];
  results: { result: string }[];
}

let api: Api;
let tenant: string;
let editor: Person;
let instagram: string;
let photos: string[];
beforeAll(async () => {
  ({ api, tenant, person: editor } = await startApiFor('editor'));
  instagram = await api.rows(tenant, async (db) => seedAccount(db, await seedConnection(db), 'instagram'));
  photos = await Promise.all(
    [0, 1, 2].map(async (n) => (await editor.client.post<{ id: string }>('/v1/media', picture(n, 400, 400))).body.id),
  );
});
afterAll(() => api.stop());

async function film(): Promise<string> {
  const [id, bytes] = [v7(), 9_000_000];
  const sha256 = Buffer.from(id);
  const facts = { content_type: 'video/mp4', bytes, width: 1_080, height: 1_920, duration_ms: 30_000 };
  await api.rows(tenant, async (db) => {
    await db.insertInto('media_files').values({ sha256, bytes, expected_until: new Date() }).execute();
    await db
      .insertInto('media')
      .values({ id, sha256, ...facts, created_by: v7() })
      .execute();
  });
  return id;
}

async function make(kind: 'reel' | 'feed', media: object[], options?: object): Promise<Post> {
  const publishAt = new Date(Date.now() + 3_600_000).toISOString();
  const targets = [{ account: instagram, kind, options }];
  const { status, body } = await editor.client.post<Post>('/v1/posts', { publishAt, media, targets });
  expect(status).toBe(201);
  return body;
}
const patch = (post: Post, change: object) => editor.client.patch<Post & Problem>(`/v1/posts/${post.id}`, change);
const choose = (post: Post, options: object | null) => patch(post, { targets: [{ id: post.targets[0]?.id, options }] });
const optionsOf = ({ body }: { body: Post }) => body.targets[0]?.options;
const shown = (...names: (string | undefined)[]) => names.map((id) => ({ id }));

describe('an edit of the options of a target', () => {
  const chosen = {
    coverOffsetMs: 1_000,
    shareToFeed: true,
    collaborators: ['anna'],
    locationId: '6155',
    userTags: [{ username: 'ben' }],
  };

  test('leaves those alone that it does not name', async () => {
    const post = await make('reel', shown(await film()), chosen);
    expect(optionsOf(await choose(post, { coverOffsetMs: 2_000 }))).toEqual({ ...chosen, coverOffsetMs: 2_000 });
    expect(optionsOf(await choose(post, { shareToFeed: false, collaborators: ['cara'] }))).toEqual({
      ...{ ...chosen, coverOffsetMs: 2_000, shareToFeed: false },
      collaborators: ['cara'],
    });
  });

  test('takes one away by null, and all of them', async () => {
    const post = await make('reel', shown(await film()), chosen);
    const { locationId: _, userTags: __, ...others } = chosen;
    expect(optionsOf(await choose(post, { locationId: null, userTags: null }))).toEqual(others);
    expect(optionsOf(await choose(post, null))).toEqual({});
  });

  test('that names none or the same ones changes nothing', async () => {
    const post = await make('reel', shown(await film()), chosen);
    for (const options of [{}, { locationId: chosen.locationId }, { coverMedia: null }]) {
      const { body } = await choose(post, options);
      expect([body.results.map(({ result }) => result), optionsOf({ body })]).toEqual([['unchanged'], chosen]);
    }
  });

  test('gives a reel one cover: a new one takes the place of the former, and two at once are refused', async () => {
    const [coverMedia, coverOffsetMs] = [photos[0], 1_000];
    const post = await make('reel', shown(await film()), { coverOffsetMs, locationId: '6155' });
    expect(optionsOf(await choose(post, { coverMedia }))).toEqual({ coverMedia, locationId: '6155' });
    expect(optionsOf(await choose(post, { coverOffsetMs: 0 }))).toEqual({ coverOffsetMs: 0, locationId: '6155' });
    expect(optionsOf(await choose(post, { coverMedia, coverOffsetMs: null }))).toEqual({
      coverMedia,
      locationId: '6155',
    });
    const { status, body } = await choose(post, { coverMedia, coverOffsetMs });
    expect([status, body.errors?.[0]?.pointer]).toEqual([422, '/targets/0/options/coverOffsetMs']);
  });

  test('is all that knows null: a new post leaves out what it does not want', async () => {
    const targets = [{ account: instagram, kind: 'reel', options: { locationId: null } }];
    const { status, body } = await editor.client.post<Problem>('/v1/posts', { media: shown(await film()), targets });
    expect([status, body.errors?.[0]?.pointer]).toEqual([422, '/targets/0/options/locationId']);
  });
});

describe('where media are given anew', () => {
  test('a photo that stays keeps its alternative text, unless another is given or it is taken away', async () => {
    const [one, two, three] = photos;
    const post = await make('feed', [
      { id: one, altText: 'A door' },
      { id: two, altText: 'A tree' },
    ]);
    const texts = async (media: object[]) =>
      (await patch(post, { media })).body.media.map(({ id, altText }) => [id, altText]);
    expect(await texts(shown(three, two, one))).toEqual([
      [three, null],
      [two, 'A tree'],
      [one, 'A door'],
    ]);
    expect(
      await texts([
        { id: two, altText: null },
        { id: one, altText: 'A gate' },
      ]),
    ).toEqual([
      [two, null],
      [one, 'A gate'],
    ]);
  });

  const dora = { username: 'dora', x: 0.25, y: 0.75 };

  test('people stay tagged on their picture where it moves, also when another option changes', async () => {
    const [one, two, three] = photos;
    const post = await make('feed', shown(one, two), { userTags: [{ ...dora, position: 1 }] });
    const moved = await patch(post, { media: shown(two, one) });
    expect(optionsOf(moved)).toEqual({ userTags: [{ ...dora, position: 0 }] });
    const targets = [{ id: post.targets[0]?.id, options: { locationId: '6155' } }];
    const again = await patch(post, { media: shown(one, three, two), targets });
    expect(optionsOf(again)).toEqual({ userTags: [{ ...dora, position: 2 }], locationId: '6155' });
  });

  test('nobody is tagged on another picture than theirs: where it goes, the tags are asked for', async () => {
    const [one, two, three] = photos;
    const post = await make('feed', shown(one, two), { userTags: [dora] });
    const { status, body } = await patch(post, { media: shown(two, three) });
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      { pointer: '/media', detail: expect.stringContaining('dora is tagged on a picture') },
    ]);
    const give = (userTags: object[] | null) =>
      patch(post, { media: shown(two, three), targets: [{ id: post.targets[0]?.id, options: { userTags } }] });
    expect(optionsOf(await give([{ ...dora, position: 1 }]))).toEqual({ userTags: [{ ...dora, position: 1 }] });
    expect(optionsOf(await give(null))).toEqual({});
  });

  test('whoever is tagged on a reel as a whole stays so with another film', async () => {
    const post = await make('reel', shown(await film()), { userTags: [{ username: 'ben' }] });
    const answer = await patch(post, { media: shown(await film()) });
    expect([answer.status, optionsOf(answer)]).toEqual([200, { userTags: [{ username: 'ben' }] }]);
  });
});
