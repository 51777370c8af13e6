import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashOf } from '../../activities/publish/content.ts';
import type { Problem } from '../../api/http/problem.ts';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { textIsLive, textStays } from '../../db/tenant/targets/wished-text.ts';
import { publishId } from '../../workflows/ids.ts';
import { type Api, type Person, startApiFor } from './api.ts';
import { seedAccount, seedConnection } from './seed.ts';

interface Target {
  id: string;
  state: string;
  text: string | null;
  edit: { text: string; since: string } | null;
  reason: string | null;
}
interface Post {
  id: string;
  text: string | null;
  publishAt: string;
  targets: Target[];
}
interface Changed extends Post {
  results: { target: string; result: string; words: string }[];
}

let api: Api;
let tenant: string;
let editor: Person;
let pages: string[];
let instagram: string;
beforeAll(async () => {
  ({ api, tenant, person: editor } = await startApiFor('editor'));
  [instagram, ...pages] = await api.rows(tenant, async (db) => {
    const login = await seedConnection(db);
    await db.updateTable('credentials').set({ granular_scopes: '[]' }).where('connection', '=', login).execute();
    return [await seedAccount(db, login, 'instagram'), await seedAccount(db, login), await seedAccount(db, login)];
  });
});
afterAll(() => api.stop());

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const on = (...accounts: (string | undefined)[]) => accounts.map((account) => ({ account, kind: 'feed' }));

/** A post that is scheduled, and of which some targets are then taken for published. */
async function make(targets: { account: string | undefined; kind: string }[], out: number[], more = {}) {
  const post = { text: 'Before', publishAt: inHours(1), targets, ...more };
  const { status, body, headers } = await editor.client.post<Post>('/v1/posts', post);
  expect(status).toBe(201);
  for (const index of out) await set(body.targets[index], published());
  return { ...body, etag: headers.get('etag') ?? '' };
}

let made = 0;
const published = () => ({
  state: 'published',
  published_at: new Date(),
  meta_id: `1_${++made}`,
  permalink: 'https://a.test',
});
const set = (target: Target | undefined, values: Record<string, unknown>) =>
  api.rows(tenant, (db) => db.updateTable('targets').set(values).where('id', '=', idOf(target)).execute());
const idOf = (target: Target | undefined) => target?.id ?? '';
const patch = <T = Changed>({ id }: Post, change: object, headers?: Record<string, string>) =>
  editor.client.send<T>('PATCH', `/v1/posts/${id}`, change, headers);
const read = async ({ id }: Post) => (await editor.client.get<Post>(`/v1/posts/${id}`)).body;
const results = ({ body }: { body: Changed }) => body.results.map(({ result }) => result);
const words = ({ body }: { body: Changed }) => body.results.map((result) => result.words);
const entry = (target: Target | undefined) =>
  api.control
    .selectFrom('workflows')
    .selectAll()
    .where('id', '=', publishId(tenant, idOf(target)))
    .executeTakeFirst();
/** Meta has this text by a call that was written down now. @returns the call */
const live = (target: string, text: string) =>
  api.rows(tenant, async (db) => {
    const edit = v7();
    const call = { step: 'edit', revision: 1, contentHash: hashOf([text]), status: 'open' } as const;
    await openEntry(db, { ...call, id: edit, target });
    await closeEntry(db, edit, { status: 'done' });
    await textIsLive(db, target, { text, edit });
    return edit;
  });
const deeds = async ({ id }: Post) =>
  api.rows(tenant, (db) =>
    db.selectFrom('audit_log').select('action').where('subject', '=', id).orderBy('at').execute(),
  );

describe('an edit of what is published', () => {
  test('is wished for at Meta, once, and what is live is shown until Meta has it', async () => {
    const post = await make(on(pages[0]), [0]);
    const [target] = post.targets;
    // The workflow has not struck it off yet: what its commit came to is known all the same.
    await api.control
      .updateTable('workflows')
      .set({ claimed_by: sql`gen_random_uuid()`, claimed_at: sql`clock_timestamp()` })
      .where('id', '=', publishId(tenant, idOf(target)))
      .execute();
    const answer = await patch(post, { text: 'After' });
    expect([answer.status, results(answer), words(answer)]).toEqual([
      ...[200, ['done'], ['Its text is being changed at Meta.']],
    ]);
    expect(answer.body).toMatchObject({
      text: 'After',
      targets: [{ state: 'published', text: 'Before', edit: { text: 'After' }, reason: null }],
    });
    expect(await entry(target)).toMatchObject({ wanted: 2, sent: 2 });
    expect((await deeds(post)).map(({ action }) => action)).toEqual(['post.scheduled', 'post.changed']);
    const again = await patch(post, { text: 'After' });
    expect([again.status, results(again)]).toEqual([200, ['unchanged']]);
    expect((await entry(target))?.wanted).toBe(2);

    await live(idOf(target), 'After');
    expect(await read(post)).toMatchObject({ text: 'After', targets: [{ text: null, edit: null, reason: null }] });
  });

  test('makes an entry anew where it was left off the list of what should be alive', async () => {
    const post = await make(on(pages[0]), [0]);
    await set(post.targets[0], { revision: 7 });
    await api.control
      .deleteFrom('workflows')
      .where('id', '=', publishId(tenant, idOf(post.targets[0])))
      .execute();
    expect(results(await patch(post, { text: 'After' }))).toEqual(['done']);
    expect(await entry(post.targets[0])).toMatchObject({ wanted: 8, sent: 8, claimed_by: null });
  });

  test('that comes while another is under way is the one that is wished, back to the former text too', async () => {
    const post = await make(on(pages[0]), [0]);
    await patch(post, { text: 'One' });
    const two = await patch(post, { text: 'Two' });
    expect(two.body.targets).toMatchObject([{ text: 'Before', edit: { text: 'Two' } }]);
    // What was under way has arrived after all.
    await live(idOf(post.targets[0]), 'One');
    expect((await read(post)).targets).toMatchObject([{ text: 'One', edit: { text: 'Two' } }]);
    const back = await patch(post, { text: 'Before' });
    expect([results(back), back.body.targets]).toMatchObject([['done'], [{ text: 'One', edit: { text: 'Before' } }]]);
    expect((await entry(post.targets[0]))?.wanted).toBe(4);
  });

  test('is not undone by what a worker remembers of an earlier one after it was frozen', async () => {
    const post = await make(on(pages[0]), [0]);
    const target = idOf(post.targets[0]);
    await patch(post, { text: 'One' });
    const edit = await live(target, 'One');
    await patch(post, { text: 'Two' });
    await live(target, 'Two');
    const remember = () => api.rows(tenant, (db) => textIsLive(db, target, { text: 'One', edit }));
    await remember();
    expect(await read(post)).toMatchObject({ text: 'Two', targets: [{ text: null, edit: null }] });
    await patch(post, { text: 'One' });
    await remember();
    expect((await read(post)).targets).toMatchObject([{ text: 'Two', edit: { text: 'One' } }]);
  });

  test('that Meta refuses leaves the post as it is live, and can be asked for again', async () => {
    const post = await make(on(pages[0]), [0]);
    const { headers } = await patch(post, { text: 'After' });
    const refused = { wish: 'After', reason: 'The text stays as it was. Because.' };
    await api.rows(tenant, (db) => textStays(db, idOf(post.targets[0]), refused));
    expect(await read(post)).toMatchObject({
      text: 'Before',
      targets: [{ state: 'published', text: null, edit: null, reason: refused.reason }],
    });
    // Whoever has read the new text has read what is not true any more.
    expect((await patch(post, { text: 'Other' }, { 'if-match': headers.get('etag') ?? '' })).status).toBe(412);
    const again = await patch(post, { text: 'After' });
    expect([results(again), again.body.targets]).toMatchObject([['done'], [{ edit: { text: 'After' }, reason: null }]]);
  });

  test('that Meta refuses for one account only leaves that one with what is live there', async () => {
    const post = await make(on(...pages), [0, 1]);
    expect(results(await patch(post, { text: 'After' }))).toEqual(['done', 'done']);
    const [one, other] = post.targets;
    await api.rows(tenant, (db) => textStays(db, idOf(one), { wish: 'After', reason: 'No.' }));
    await live(idOf(other), 'After');
    expect(await read(post)).toMatchObject({
      text: 'After',
      targets: [{ text: 'Before', reason: 'No.' }, { text: null }],
    });
  });

  test('that Meta refuses for every account leaves nothing of it', async () => {
    const post = await make(on(...pages), [0, 1]);
    await patch(post, { text: 'After' });
    for (const target of post.targets)
      await api.rows(tenant, (db) => textStays(db, target.id, { wish: 'After', reason: 'No.' }));
    expect(await read(post)).toMatchObject({ text: 'Before', targets: [{ text: null }, { text: null }] });
  });

  test('of one target alone leaves the others, and the text of the post', async () => {
    const post = await make(on(...pages), [0, 1]);
    const [one] = post.targets;
    const answer = await patch(post, { targets: [{ id: one?.id, text: 'Own words' }] });
    expect([results(answer), answer.body.text]).toEqual([['done', 'unchanged'], 'Before']);
    await live(idOf(one), 'Own words');
    expect(await read(post)).toMatchObject({ text: 'Before', targets: [{ text: 'Own words' }, { text: null }] });
  });

  test('says of each account what comes of it: published, still to come, on Instagram, a story', async () => {
    const story = { account: pages[1], kind: 'story' };
    const post = await make([...on(pages[0]), story], [], { media: [{ id: await photo() }] });
    await set(post.targets[0], published());
    await set(post.targets[1], published());
    const mixed = await patch(post, { text: 'After' });
    expect([mixed.status, results(mixed)]).toEqual([200, ['done', 'impossible']]);
    expect(words(mixed)[1]).toContain('A story on a Page shows no text');

    const both = await make(on(pages[0], instagram, pages[1]), [0, 1], { media: [{ id: await photo() }] });
    const answer = await patch(both, { text: 'After', publishAt: inHours(2) });
    const byId = new Map(answer.body.results.map(({ target, ...said }) => [target, said]));
    expect(byId.get(idOf(both.targets[0]))).toMatchObject({ result: 'done' });
    expect(byId.get(idOf(both.targets[1]))).toEqual({
      result: 'impossible',
      words: 'Its text stays as it is. Instagram has no way for apps to change a caption. You can change it by hand.',
    });
    expect(byId.get(idOf(both.targets[2]))).toEqual({ result: 'done', words: 'Changed in time.' });
    expect(answer.body.targets).toMatchObject([
      { text: 'Before', edit: { text: 'After' } },
      { text: 'Before', edit: null },
      { text: null, edit: null, state: 'scheduled' },
    ]);
  });

  test('is refused, with what to do, where nothing can be done', async () => {
    const lacking = await api.rows(tenant, async (db) =>
      seedAccount(db, await seedConnection(db, 'connected', ['pages_show_list'])),
    );
    for (const [values, change, why] of [
      [{ account: null }, { text: 'After' }, 'not connected here any more'],
      [{ meta_id: null }, { text: 'After' }, 'not known as what'],
      [{ account: instagram }, { text: 'After' }, 'Instagram has no way'],
      [{ account: lacking }, { text: 'After' }, 'pages_manage_posts'],
      [{ state: 'published' }, { text: null }, 'not be taken away'],
      [{ state: 'published' }, { text: ' ' }, 'not be taken away'],
      [{ state: 'published' }, { publishAt: inHours(2) }, 'Only its text can still be changed'],
      [{ state: 'published' }, { text: 'After', publishAt: inHours(2) }, 'Only its text can still be changed'],
      [{ state: 'published' }, { link: 'https://example.test' }, 'Make a new post'],
      [{ state: 'deleting' }, { text: 'After' }, 'being deleted'],
      [{ state: 'deleted' }, { text: 'After' }, 'deleted, and stays so'],
    ] as const) {
      const post = await make(on(pages[0]), [0]);
      await set(post.targets[0], values);
      const { status, body } = await patch<Problem>(post, change);
      expect([status, body.detail]).toEqual([409, expect.stringContaining(why)]);
      expect(await read(post)).toMatchObject({
        text: 'Before',
        publishAt: post.publishAt,
        targets: [{ text: null, edit: null }],
      });
      expect(await deeds(post)).toHaveLength(1);
    }
    const post = await make(on(pages[0]), [0]);
    const comment = await patch<Problem>(post, {
      targets: [{ id: post.targets[0]?.id, text: 'After', firstComment: 'First' }],
    });
    expect([comment.status, comment.body.detail]).toEqual([409, expect.stringContaining('Only its text')]);
  });

  test('is held against the length that Meta takes', async () => {
    const post = await make(on(pages[0]), [0]);
    expect((await patch(post, { text: 'x'.repeat(63_207) })).status).toBe(422);
    expect((await patch(post, { text: 'x'.repeat(63_206) })).status).toBe(200);
  });

  test('is given up for the deletion of the post', async () => {
    const post = await make(on(pages[0]), [0]);
    await patch(post, { text: 'After' });
    await editor.client.delete(`/v1/posts/${post.id}`);
    expect((await read(post)).targets).toMatchObject([{ state: 'deleting', text: 'Before', edit: null }]);
  });

  test('is only for who may edit, and of who has read what it changes', async () => {
    const post = await make(on(pages[0]), [0]);
    const viewer = await api.person(tenant, 'viewer');
    expect((await viewer.client.patch(`/v1/posts/${post.id}`, { text: 'After' })).status).toBe(403);
    expect((await patch(post, { text: 'After' }, { 'if-match': '"older"' })).status).toBe(412);
    expect((await read(post)).targets).toMatchObject([{ edit: null }]);
    expect((await patch(post, { text: 'After' }, { 'if-match': post.etag })).status).toBe(200);
  });

  test('under an Idempotency-Key is done once, whatever was wished since', async () => {
    const post = await make(on(pages[0]), [0]);
    const key = { 'idempotency-key': crypto.randomUUID() };
    const first = await patch(post, { text: 'One' }, key);
    await patch(post, { text: 'Two' });
    expect((await patch(post, { text: 'One' }, key)).body).toEqual(first.body);
    expect((await read(post)).targets).toMatchObject([{ edit: { text: 'Two' } }]);
    expect((await patch(post, { text: 'Three' }, key)).status).toBe(409);
  });

  test('does not need the files any more, which may have been deleted here', async () => {
    const media = await photo();
    const post = await make(on(pages[0]), [0], { media: [{ id: media }] });
    expect((await editor.client.delete(`/v1/media/${media}`)).status).toBe(204);
    expect(results(await patch(post, { text: 'After' }))).toEqual(['done']);
  });
});

async function photo(): Promise<string> {
  const { images } = await import('./seed.ts');
  const bytes = Buffer.concat([images.jpg, Buffer.from([++made])]);
  const headers = { 'content-type': 'application/octet-stream', 'idempotency-key': crypto.randomUUID() };
  return (await editor.client.send<{ id: string }>('POST', '/v1/media', bytes, headers)).body.id;
}
