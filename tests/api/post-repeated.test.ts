import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishId } from '../../workflows/ids.ts';
import { type Api, type Person, startApiFor } from './api.ts';
import { seedPages } from './seed.ts';

interface Post {
  id: string;
  text: string | null;
  publishAt: string;
  targets: { id: string; state: string }[];
}
interface Changed extends Post {
  resolution: unknown;
  results: { target: string; result: string; words: string }[];
}

let api: Api;
let tenant: string;
let editor: Person;
let other: Person;
let pages: string[];
beforeAll(async () => {
  ({ api, tenant, person: editor } = await startApiFor('editor'));
  other = await api.person(tenant, 'editor');
  pages = await api.rows(tenant, (db) => seedPages(db, 2));
});
afterAll(() => api.stop());

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

async function make(): Promise<Post & { etag: string }> {
  const targets = pages.map((account) => ({ account, kind: 'feed' }));
  const post = { text: 'Before', publishAt: inHours(1), targets };
  const { body, headers } = await editor.client.post<Post>('/v1/posts', post);
  return { ...body, etag: headers.get('etag') ?? '' };
}

type Headers = Record<string, string>;
const newKey = (): Headers => ({ 'idempotency-key': v7() });
const patch = ({ id }: Post, change: object, headers: Headers = {}, { client } = editor) =>
  client.patch<Changed>(`/v1/posts/${id}`, change, headers);
const publish = ({ id }: Post, headers: Headers) =>
  editor.client.post<Changed>(`/v1/posts/${id}/publish`, undefined, headers);
const read = async ({ id }: Post) => (await editor.client.get<Post>(`/v1/posts/${id}`)).body;
const results = ({ body }: { body: Changed }) => body.results.map(({ target, result }) => [target, result]);

/** As an API leaves it that is killed between the commit of a command and the keeping of its answer. */
const lose = (headers: Headers) =>
  api.rows(tenant, (db) =>
    db
      .updateTable('idempotent_answers')
      .set({ status: null, headers: null, body: null })
      .where('key', '=', headers['idempotency-key'] ?? '')
      .executeTakeFirstOrThrow(),
  );

const revisions = ({ id }: Post) =>
  api.rows(tenant, (db) => db.selectFrom('targets').select(['id', 'revision']).where('post', '=', id).execute());
const deeds = async ({ id }: Post) => {
  const rows = await api.rows(tenant, (db) =>
    db.selectFrom('audit_log').select('action').where('subject', '=', id).orderBy('at').execute(),
  );
  return rows.map(({ action }) => action).slice(1);
};
/** A commit holds the target from now on, as a worker would have claimed it. */
const claimed = (target = '') =>
  api.control
    .updateTable('workflows')
    .set({ claimed_by: sql`gen_random_uuid()`, claimed_at: sql`clock_timestamp()` })
    .where('id', '=', publishId(tenant, target))
    .execute();

describe('an edit whose answer was lost', () => {
  test('is not carried out again when it is repeated: what somebody else has written since stays', async () => {
    const [post, key] = [await make(), newKey()];
    const first = await patch(post, { text: 'Mine' }, key);
    await lose(key);
    expect((await patch(post, { text: 'Theirs' }, {}, other)).status).toBe(200);
    const before = await revisions(post);

    const again = await patch(post, { text: 'Mine' }, key);
    expect([again.status, again.body.text, results(again)]).toEqual([200, 'Theirs', results(first)]);
    expect((await read(post)).text).toBe('Theirs');
    expect(await revisions(post)).toEqual(before);
    expect(await deeds(post)).toEqual(['post.changed', 'post.changed']);
    expect((await patch(post, { text: 'Mine' }, key)).body).toEqual(again.body);
  });

  test('is not held against whoever made it by If-Match, and the answer says what to match from now on', async () => {
    const [post, key] = [await make(), newKey()];
    const headers = { ...key, 'if-match': post.etag };
    const first = await patch(post, { text: 'Mine' }, headers);
    await lose(key);

    const again = await patch(post, { text: 'Mine' }, headers);
    expect([again.status, again.body.text, results(again)]).toEqual([200, 'Mine', results(first)]);
    const etag = again.headers.get('etag') ?? '';
    expect(etag).toBe(first.headers.get('etag'));
    expect((await patch(post, { text: 'Mine too' }, { 'if-match': etag })).status).toBe(200);
    // Of anybody else it is as stale as it was.
    expect((await patch(post, { text: 'Theirs' }, { 'if-match': post.etag }, other)).status).toBe(412);
  });

  test('still says for whom it came too late, though everything is published by now', async () => {
    const [post, key] = [await make(), newKey()];
    const [late, inTime] = post.targets.map(({ id }) => id);
    await claimed(late);
    const change = { text: 'After', publishAt: { local: '2037-07-01T09:00', zone: 'Europe/Berlin' } };
    const first = await patch(post, change, key);
    await lose(key);
    const published = { state: 'published' as const, published_at: new Date() };
    await api.rows(tenant, (db) => db.updateTable('targets').set(published).where('post', '=', post.id).execute());

    const again = await patch(post, change, key);
    expect([again.status, results(again)]).toEqual([200, results(first)]);
    expect(again.body.results).toMatchObject([
      { target: late, result: 'too-late', words: expect.stringContaining('Left as it was') },
      { target: inTime, result: 'done', words: expect.stringContaining('Done') },
    ]);
    expect(again.body.resolution).toEqual(first.body.resolution);
    expect(again.body.targets.map(({ state }) => state)).toEqual(['published', 'published']);
  });

  test('is carried out when it is repeated, where it was not before', async () => {
    const [post, key] = [await make(), newKey()];
    await claimed(post.targets[0]?.id);
    await claimed(post.targets[1]?.id);
    expect((await patch(post, { text: 'Mine' }, key)).status).toBe(409);
    await api.control.updateTable('workflows').set({ claimed_by: null, claimed_at: null }).execute();
    expect((await patch(post, { text: 'Mine' }, key)).body).toMatchObject({ text: 'Mine' });
    expect(await deeds(post)).toEqual(['post.changed']);
  });
});

test('without a key an edit is carried out each time it comes', async () => {
  const post = await make();
  for (const text of ['Mine', 'Theirs', 'Mine']) await patch(post, { text });
  expect((await read(post)).text).toBe('Mine');
  expect(await deeds(post)).toHaveLength(3);
});

describe('a wish to publish now whose answer was lost', () => {
  test('is not carried out again when it is repeated: what somebody else has put off since stays put off', async () => {
    const [post, key] = [await make(), newKey()];
    const first = await publish(post, key);
    await lose(key);
    const publishAt = inHours(3);
    expect((await patch(post, { publishAt }, {}, other)).status).toBe(200);
    const before = await revisions(post);

    const again = await publish(post, key);
    expect([again.status, again.body.publishAt, results(again)]).toEqual([200, publishAt, results(first)]);
    expect((await read(post)).publishAt).toBe(publishAt);
    expect(await revisions(post)).toEqual(before);
    expect(await deeds(post)).toEqual(['post.published-now', 'post.changed']);
  });

  test('is not held against whoever had it by If-Match', async () => {
    const [post, key] = [await make(), newKey()];
    const headers = { ...key, 'if-match': post.etag };
    const first = await publish(post, headers);
    await lose(key);
    const again = await publish(post, headers);
    expect([again.status, results(again)]).toEqual([200, results(first)]);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(await deeds(post)).toEqual(['post.published-now']);
  });
});
