import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { publishId } from '../../workflows/ids.ts';
import { type Api, type Person, startApiFor } from './api.ts';
import { meet } from './meeting.ts';
import { images, seedAccount, seedConnection, seedPages } from './seed.ts';

interface Target {
  id: string;
  account: string;
  state: string;
  text: string | null;
}
interface Post {
  id: string;
  text: string | null;
  link: string | null;
  publishAt: string | null;
  wallClock: unknown;
  draft: boolean;
  media: { id: string; altText: string | null }[];
  targets: Target[];
}
interface Changed extends Post {
  results: { target: string; result: string; words: string }[];
  notes: { detail: string }[];
}

let api: Api;
let tenant: string;
let editor: Person;
let pages: string[];
beforeAll(async () => {
  ({ api, tenant, person: editor } = await startApiFor('editor'));
  pages = await api.rows(tenant, (db) => seedPages(db, 2));
});
afterAll(() => api.stop());

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const onPages = () => pages.map((account) => ({ account, kind: 'feed' }));

async function make(post: Record<string, unknown> = {}): Promise<Post & { etag: string }> {
  const { status, body, headers } = await editor.client.post<Post>('/v1/posts', {
    ...{ text: 'Before', publishAt: inHours(1), targets: onPages() },
    ...post,
  });
  expect(status).toBe(201);
  return { ...body, etag: headers.get('etag') ?? '' };
}

const patch = <T = Changed>({ id }: Post, change: Record<string, unknown>, headers?: Record<string, string>) =>
  editor.client.send<T>('PATCH', `/v1/posts/${id}`, change, headers);
const cancel = <T = Changed>({ id }: Post) => editor.client.delete<T>(`/v1/posts/${id}`);
const publish = <T = Changed>({ id }: Post) => editor.client.post<T>(`/v1/posts/${id}/publish`);
const read = async ({ id }: Post) => (await editor.client.get<Post>(`/v1/posts/${id}`)).body;
const results = ({ body }: { body: Changed }) => body.results.map(({ result }) => result);

const entry = (target: Target | undefined) =>
  api.control
    .selectFrom('workflows')
    .selectAll()
    .where('id', '=', publishId(tenant, target?.id ?? ''))
    .executeTakeFirst();
const row = (target: Target | undefined) =>
  api.rows(tenant, (db) =>
    db
      .selectFrom('targets')
      .selectAll()
      .where('id', '=', target?.id ?? '')
      .executeTakeFirstOrThrow(),
  );
const set = (target: Target | undefined, values: Record<string, unknown>) =>
  api.rows(tenant, (db) =>
    db
      .updateTable('targets')
      .set(values)
      .where('id', '=', target?.id ?? '')
      .execute(),
  );
/** A commit holds the target from now on, as a worker would have claimed it. */
const claimed = (target: Target | undefined) =>
  api.control
    .updateTable('workflows')
    .set({ claimed_by: sql`gen_random_uuid()`, claimed_at: sql`clock_timestamp()` })
    .where('id', '=', publishId(tenant, target?.id ?? ''))
    .execute();

describe('an edit', () => {
  test('in time changes every target, and nothing parked for the older revision can claim any more', async () => {
    const post = await make();
    const later = inHours(2);
    const answer = await patch(post, { text: 'After', publishAt: later });
    expect(answer.status).toBe(200);
    expect(results(answer)).toEqual(['done', 'done']);
    expect(await read(post)).toMatchObject({ text: 'After', publishAt: later });
    for (const target of post.targets) {
      const wanted = await entry(target);
      expect(wanted).toMatchObject({ wanted: 2, sent: 2 });
      expect(wanted?.due_at?.toISOString()).toBe(later);
      expect(await row(target)).toMatchObject({ revision: 2, state: 'scheduled' });
    }
  });

  test('leaves alone what it does not name, and whom it makes no difference to', async () => {
    const post = await make();
    const [first, second] = post.targets;
    const answer = await patch(post, { targets: [{ id: first?.id, text: 'Own words' }] });
    expect(results(answer)).toEqual(['done', 'unchanged']);
    expect(answer.body.targets).toMatchObject([{ text: 'Own words' }, { text: null }]);
    expect((await entry(second))?.wanted).toBe(1);
    const shared = await patch(post, { text: 'After' });
    expect(results(shared)).toEqual(['unchanged', 'done']);
  });

  test('that changes nothing disturbs nobody', async () => {
    const post = await make();
    const answer = await patch(post, { text: 'Before', publishAt: post.publishAt, link: null, targets: [] });
    expect(results(answer)).toEqual(['unchanged', 'unchanged']);
    expect((await entry(post.targets[0]))?.wanted).toBe(1);
    expect(answer.headers.get('etag')).toBe(post.etag);
  });

  test('of link and media replaces them', async () => {
    const [png, gif] = await Promise.all(
      [images.png, images.gif].map(
        async (file) => (await editor.client.post<{ id: string }>('/v1/media', file)).body.id,
      ),
    );
    const post = await make({ media: [{ id: png, altText: 'A door' }] });
    await patch(post, { media: [{ id: gif }, { id: png, altText: 'Another' }] });
    expect((await read(post)).media).toEqual([
      { id: gif, altText: null },
      { id: png, altText: 'Another' },
    ]);
    await patch(post, { media: [], link: 'https://example.test' });
    expect(await read(post)).toMatchObject({ media: [], link: 'https://example.test' });
  });

  test('is held against the same rules as a new post', async () => {
    const post = await make();
    for (const [change, pointer] of [
      [{ text: null }, undefined],
      [{ publishAt: inHours(-1) }, '/publishAt'],
      [{ publishAt: null }, '/publishAt'],
      [{ media: [{ id: pages[0] }] }, '/media/0/id'],
      [{ targets: [{ id: pages[0] }] }, '/targets/0/id'],
      [{ targets: [{ id: post.targets[1]?.id, firstComment: '' }] }, '/targets/0/firstComment'],
    ] as const) {
      const { status, body } = await patch<Problem>(post, change);
      expect(status).toBe(422);
      expect(body.errors?.[0]?.pointer).toBe(pointer);
    }
    expect((await entry(post.targets[0]))?.wanted).toBe(1);
  });

  test('that one account took in time and another did not says so of each, and both stay true', async () => {
    const post = await make();
    const [late, inTime] = post.targets;
    await claimed(late);
    const answer = await patch(post, { text: 'After' });
    expect(answer.status).toBe(200);
    expect(results(answer)).toEqual(['too-late', 'done']);
    // What goes out with the old wording is still shown with it.
    expect(answer.body.targets).toMatchObject([{ text: 'Before' }, { text: null }]);
    expect(await row(late)).toMatchObject({ revision: 1 });
    expect(await row(inTime)).toMatchObject({ revision: 2 });
  });

  test('that nobody took in time is refused, and changes nothing', async () => {
    const post = await make();
    await Promise.all(post.targets.map(claimed));
    const { status, body } = await patch<Problem>(post, { text: 'After' });
    expect(status).toBe(409);
    expect(body.detail).toContain('Too late: it is being published at this moment');
    expect(await read(post)).toMatchObject({ text: 'Before', targets: [{ text: null }, { text: null }] });
  });

  test('leaves what nobody knows at Meta; the rest of the post can be edited, but for what all share', async () => {
    const post = await make();
    await set(post.targets[0], { state: 'published', published_at: new Date() });
    expect(results(await patch(post, { text: 'After' }))).toEqual(['impossible', 'done']);
    expect((await row(post.targets[0])).text).toBe('Before');
    const shared = await patch<Problem>(post, { link: 'https://example.test' });
    expect(shared.status).toBe(409);
    expect(shared.body.detail).toContain('Make a new post');
  });

  test('of link and media that comes too late for one leaves all as they were, and says so', async () => {
    const post = await make();
    await claimed(post.targets[0]);
    const { status, body } = await patch<Problem>(post, { link: 'https://example.test', publishAt: inHours(24) });
    expect(status).toBe(409);
    expect(body.errors?.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('being published at this moment'),
      expect.stringContaining('Left as it was'),
    ]);
    expect(await read(post)).toMatchObject({ link: null, publishAt: post.publishAt });
    // Whom it had stopped is wanted again, at its time, under a revision that its row knows.
    const wanted = await entry(post.targets[1]);
    expect(await row(post.targets[1])).toMatchObject({ state: 'scheduled', revision: wanted?.wanted });
    expect(wanted?.due_at?.toISOString()).toBe(post.publishAt);
  });

  test('of what waits for somebody leaves it waiting, and of what may be live asks first', async () => {
    const post = await make();
    await set(post.targets[0], {
      state: 'held',
      held_for: 'authorization',
      reason: 'Connect again.',
      choices: ['retry'],
    });
    await set(post.targets[1], { state: 'held', held_for: 'outcome', choices: ['live', 'publishAgain'] });
    const answer = await patch(post, { text: 'After' });
    expect(results(answer)).toEqual(['done', 'asks']);
    expect(await row(post.targets[0])).toMatchObject({ state: 'held', reason: 'Connect again.', choices: ['retry'] });
    expect((await row(post.targets[1])).text).toBe('Before');
  });

  test('knows by If-Match whether somebody else was first', async () => {
    const post = await make();
    const first = await patch(post, { text: 'One' }, { 'if-match': post.etag });
    expect(first.status).toBe(200);
    expect((await patch(post, { text: 'Two' }, { 'if-match': post.etag })).status).toBe(412);
    // What becomes of a target by itself is no edit.
    await set(post.targets[0], { state: 'armed' });
    const etag = first.headers.get('etag') ?? '';
    expect((await editor.client.get(`/v1/posts/${post.id}`)).headers.get('etag')).toBe(etag);
    expect((await patch(post, { text: 'Two' }, { 'if-match': `"x", ${etag}` })).status).toBe(200);
    expect((await patch(post, { text: 'Three' }, { 'if-match': '*' })).status).toBe(200);
  });

  test('of a draft keeps it one; scheduling it is an edit too', async () => {
    const post = await make({ draft: true, publishAt: null });
    expect(results(await patch(post, { text: 'After', publishAt: inHours(3) }))).toEqual(['done', 'done']);
    expect(await read(post)).toMatchObject({ draft: true, targets: [{ state: 'draft' }, { state: 'draft' }] });
    expect(await entry(post.targets[0])).toBeUndefined();
    const answer = await patch(post, { draft: false });
    expect(answer.body).toMatchObject({ draft: false, targets: [{ state: 'scheduled' }, { state: 'scheduled' }] });
    expect((await entry(post.targets[0]))?.due_at?.toISOString()).toBe(answer.body.publishAt);
    expect((await row(post.targets[0])).revision).toBe((await entry(post.targets[0]))?.wanted);
  });

  test('that schedules a draft whose time has passed says so, and what to send', async () => {
    const post = await make({ draft: true });
    const past = new Date(Date.now() - 3_600_000);
    await api.rows(tenant, (db) =>
      db.updateTable('posts').set({ publish_at: past }).where('id', '=', post.id).execute(),
    );
    const { status, body } = await patch<Problem>(post, { draft: false });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([
      { pointer: '/publishAt', detail: expect.stringMatching(/kept with this draft has passed.*later.*or null/) },
    ]);
    expect(body.errors?.[0]?.detail).toContain(past.toISOString());
    expect((await read(post)).draft).toBe(true);
    const { body: published } = await patch(post, { draft: false, publishAt: null });
    expect(published).toMatchObject({ draft: false, targets: [{ state: 'scheduled' }, { state: 'scheduled' }] });
    expect(Date.parse(published.publishAt ?? '')).toBeGreaterThan(past.getTime());
  });

  test('to a time that has passed says how to publish at once: left out, the time would stay as it was', async () => {
    const { body } = await patch<Problem>(await make(), { publishAt: inHours(-1) });
    expect(body.errors).toMatchObject([
      { pointer: '/publishAt', detail: expect.stringMatching(/is in the past.*POST \/v1\/posts\/\{id\}\/publish/) },
    ]);
    expect(body.errors?.[0]?.detail).not.toContain('leave publishAt out');
  });

  test('keeps the wall clock, and takes another', async () => {
    const post = await make({ publishAt: { local: '2037-07-01T09:00', zone: 'Europe/Berlin' } });
    const kept = await patch(post, { text: 'After' });
    expect(kept.body.wallClock).toEqual({ local: '2037-07-01T09:00', zone: 'Europe/Berlin' });
    const moved = await patch(post, { publishAt: { local: '2037-07-01T09:00', zone: 'America/New_York' } });
    expect(moved.body).toMatchObject({
      publishAt: '2037-07-01T13:00:00.000Z',
      wallClock: { zone: 'America/New_York' },
    });
    expect((await patch(post, { publishAt: inHours(1) })).body.wallClock).toBeNull();
  });

  test('reads the wall clock anew: what was meant is the reading, whatever the rules of the zone have become', async () => {
    const post = await make({ publishAt: { local: '2037-07-01T09:00', zone: 'Europe/Berlin' } });
    const byOldRules = new Date('2037-07-01T08:00:00Z');
    await api.rows(tenant, (db) =>
      db.updateTable('posts').set({ publish_at: byOldRules }).where('id', '=', post.id).execute(),
    );
    const answer = await patch(post, { text: 'After' });
    expect(answer.body.publishAt).toBe('2037-07-01T07:00:00.000Z');
    expect((await entry(post.targets[0]))?.due_at?.toISOString()).toBe(answer.body.publishAt);
  });

  test('makes an entry that was lost anew with its time, so that nothing goes out early', async () => {
    const post = await make();
    await api.control
      .deleteFrom('workflows')
      .where('id', '=', publishId(tenant, post.targets[0]?.id ?? ''))
      .execute();
    await patch(post, { text: 'After' });
    expect((await entry(post.targets[0]))?.due_at?.toISOString()).toBe(post.publishAt);
  });
});

describe('a cancellation', () => {
  test('in time holds for every target', async () => {
    const post = await make();
    const answer = await cancel(post);
    expect(results(answer)).toEqual(['done', 'done']);
    expect(answer.body.targets.map(({ state }) => state)).toEqual(['canceled', 'canceled']);
    expect(await entry(post.targets[0])).toMatchObject({ wanted: 2, sent: 2 });
  });

  test('says of each target whether it was in time', async () => {
    const post = await make();
    await claimed(post.targets[0]);
    const answer = await cancel(post);
    expect(answer.status).toBe(200);
    expect(results(answer)).toEqual(['too-late', 'done']);
    expect((await row(post.targets[0])).state).toBe('scheduled');
  });

  test('that comes too late for all is refused, and it is said', async () => {
    const post = await make();
    await Promise.all(post.targets.map(claimed));
    const { status, body } = await cancel<Problem>(post);
    expect(status).toBe(409);
    expect(body.errors?.map(({ detail }) => detail)).toEqual(Array(2).fill(expect.stringContaining('at this moment')));
  });

  test('of a draft, and of what failed or waits for a login, closes them; twice is as good as once', async () => {
    const draft = await make({ draft: true });
    expect(results(await cancel(draft))).toEqual(['done', 'done']);
    expect(await entry(draft.targets[0])).toBeUndefined();
    const post = await make();
    await set(post.targets[0], { state: 'failed', reason: 'x', choices: ['retry'] });
    await set(post.targets[1], { state: 'held', held_for: 'authorization', choices: ['retry'] });
    expect(results(await cancel(post))).toEqual(['done', 'done']);
    expect(await row(post.targets[0])).toMatchObject({ state: 'canceled', reason: null, choices: [] });
    const again = await cancel(post);
    expect([again.status, results(again)]).toEqual([200, ['unchanged', 'unchanged']]);
    expect((await patch(post, { text: 'After' })).status).toBe(409);
  });

  test('of what may be live asks first', async () => {
    const post = await make({ targets: onPages().slice(0, 1) });
    await set(post.targets[0], { state: 'held', held_for: 'outcome', choices: ['live', 'publishAgain'] });
    const { status, body } = await cancel<Problem>(post);
    expect([status, body.detail]).toEqual([409, expect.stringContaining('Meta does not say')]);
  });
});

describe('deleting what is published', () => {
  const published = { state: 'published', published_at: new Date(), meta_id: '1_2', permalink: 'https://example.test' };
  const deeds = async ({ id }: Post) => {
    const rows = await api.rows(tenant, (db) =>
      db.selectFrom('audit_log').select('action').where('subject', '=', id).orderBy('at').execute(),
    );
    return rows.map(({ action }) => action);
  };
  const words = ({ body }: { body: Changed }) => body.results.map((result) => result.words);

  test('asks for it at Meta, once, and what is still to come is canceled with it', async () => {
    const post = await make();
    const [out, open] = post.targets;
    await set(out, published);
    // The workflow has not struck it off yet: what its commit came to is known all the same.
    await claimed(out);
    const answer = await cancel(post);
    expect([answer.status, results(answer)]).toEqual([200, ['done', 'done']]);
    expect(words(answer)).toEqual(['It is being deleted at Meta.', 'Canceled. It will not be published.']);
    expect(answer.body.targets.map(({ state }) => state)).toEqual(['deleting', 'canceled']);
    expect(await entry(out)).toMatchObject({ wanted: 2, sent: 2 });
    expect(await row(out)).toMatchObject({ revision: 2, meta_id: '1_2' });
    expect((await entry(open))?.wanted).toBe(2);
    expect((await deeds(post)).slice(1).toSorted()).toEqual(['post.canceled', 'post.deleted']);

    const again = await cancel(post);
    expect([again.status, results(again)]).toEqual([200, ['unchanged', 'unchanged']]);
    expect((await entry(out))?.wanted).toBe(2);
    await set(out, { state: 'deleted' });
    expect(results(await cancel(post))).toEqual(['unchanged', 'unchanged']);
  });

  test('is told to Meta again when it was left off the list of what should be alive', async () => {
    const post = await make({ targets: onPages().slice(0, 1) });
    await set(post.targets[0], { ...published, revision: 7 });
    await api.control
      .deleteFrom('workflows')
      .where('id', '=', publishId(tenant, post.targets[0]?.id ?? ''))
      .execute();
    expect(results(await cancel(post))).toEqual(['done']);
    expect(await entry(post.targets[0])).toMatchObject({ wanted: 8, sent: 8, claimed_by: null });
    expect((await row(post.targets[0])).revision).toBe(8);
  });

  test('is refused, with what to do, where nothing can be done', async () => {
    const lacking = await api.rows(tenant, async (db) => {
      const login = await seedConnection(db, 'connected', ['instagram_basic', 'instagram_content_publish']);
      return seedAccount(db, login, 'instagram');
    });
    for (const [values, why] of [
      [{ account: null }, 'not connected here any more'],
      [{ meta_id: null }, 'not known as what'],
      [{ kind: 'story' }, 'no way for apps'],
      [{ account: lacking }, 'instagram_manage_contents'],
    ] as const) {
      const post = await make({ targets: onPages().slice(0, 1) });
      await set(post.targets[0], { ...published, ...values });
      const { status, body } = await cancel<Problem>(post);
      expect([status, body.detail]).toEqual([409, expect.stringMatching(`It stays published.*${why}.*by hand`)]);
      expect((await row(post.targets[0])).state).toBe('published');
      expect(await deeds(post)).toEqual(['post.scheduled']);
    }
  });

  test('of one account says why the other stays', async () => {
    const post = await make();
    await set(post.targets[0], published);
    await set(post.targets[1], { ...published, kind: 'story' });
    const answer = await cancel(post);
    expect([answer.status, results(answer)]).toEqual([200, ['done', 'impossible']]);
    expect(answer.body.targets.map(({ state }) => state)).toEqual(['deleting', 'published']);
  });

  test('leaves nothing for an edit', async () => {
    const post = await make({ targets: onPages().slice(0, 1) });
    await set(post.targets[0], { ...published, state: 'deleting' });
    expect((await patch(post, { text: 'After' })).status).toBe(409);
  });
});

describe('publishing now', () => {
  test('brings forward what is scheduled for later, and a draft', async () => {
    for (const draft of [false, true]) {
      const post = await make({ draft });
      const answer = await publish(post);
      expect([answer.status, results(answer)]).toEqual([200, ['done', 'done']]);
      expect(answer.body).toMatchObject({ draft: false, targets: [{ state: 'scheduled' }, { state: 'scheduled' }] });
      expect(Math.abs(Date.parse(answer.body.publishAt ?? '') - Date.now())).toBeLessThan(30_000);
      expect((await entry(post.targets[0]))?.due_at?.toISOString()).toBe(answer.body.publishAt);
    }
  });

  test('is fulfilled where it is so already, and no way round an answer that is due', async () => {
    const post = await make();
    await set(post.targets[0], { state: 'published', published_at: new Date() });
    await claimed(post.targets[1]);
    expect(results(await publish(post))).toEqual(['unchanged', 'unchanged']);
    await set(post.targets[0], { state: 'held', held_for: 'authorization', choices: ['retry'] });
    await set(post.targets[1], { state: 'failed', choices: ['retry'] });
    expect((await publish<Problem>(post)).body.errors).toHaveLength(2);
  });

  test('of what was canceled is refused', async () => {
    const post = await make();
    await cancel(post);
    expect((await publish(post)).status).toBe(409);
  });
});

describe('commands that meet', () => {
  const inLine = (post: Post, send: () => Promise<{ status: number; body: Changed }>[], waiting: number) =>
    meet(api, { tenant, lock: sql`select from posts where id = ${post.id} for update`, waiting }, send);

  test('are carried out one after the other, each on what the one before has left', async () => {
    const post = await make();
    const answers = await inLine(post, () => [patch(post, { text: 'After' }), cancel(post)], 2);
    expect(answers.map(({ status }) => status)).toEqual([expect.toSatisfy((s) => s === 200 || s === 409), 200]);
    expect((await read(post)).targets.map(({ state }) => state)).toEqual(['canceled', 'canceled']);
  });

  test('with If-Match only one of two edits is taken', async () => {
    const post = await make();
    const edit = (text: string) => patch(post, { text }, { 'if-match': post.etag });
    const answers = await inLine(post, () => [edit('One'), edit('Two')], 2);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const taken = answers.find(({ status }) => status === 200);
    expect((await read(post)).text).toBe(taken?.body.text);
  });

  test('and of which one is refused leave the time that the other was told', async () => {
    for (let round = 0; round < 4; round += 1) {
      const post = await make();
      const ifMatch = { 'if-match': post.etag };
      const send = [
        () => patch(post, { publishAt: inHours(24) }, ifMatch),
        () => editor.client.post<Changed>(`/v1/posts/${post.id}/publish`, undefined, ifMatch),
      ];
      if (round % 2) send.reverse();
      const answers = await inLine(post, () => send.map((one) => one()), 2);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
      const { publishAt } = await read(post);
      for (const target of post.targets) {
        const [wanted, { revision, since }] = [await entry(target), await row(target)];
        expect(wanted?.wanted).toBe(revision);
        const lateMs = Number(wanted?.due_at) - Date.parse(publishAt ?? '');
        // What is due at once may be counted from when it was written.
        expect(lateMs === 0 || wanted?.due_at?.getTime() === since.getTime()).toBe(true);
        expect(Math.abs(lateMs)).toBeLessThan(60_000);
      }
    }
  });

  test('an answer that was read before a new time was given goes by the new one', async () => {
    const post = await make();
    const [target] = post.targets;
    await set(target, { state: 'held', held_for: 'overdue', choices: ['retry', 'cancel'] });
    const publishAt = new Date(inHours(48));
    const retry = () => editor.client.post<Changed>(`/v1/targets/${target?.id}/resolve`, { choice: 'retry' });
    const lock = sql`with locked as (select id from targets where id = ${target?.id} for update)
      update posts set publish_at = ${publishAt} where id = ${post.id} and exists (select from locked)`;
    const [resolved] = await meet(api, { tenant, lock, waiting: 1 }, () => [retry()]);
    expect(resolved?.status).toBe(200);
    expect((await entry(target))?.due_at).toEqual(publishAt);
  });

  test('one that was published while its cancellation was under way is said to be too late, and is not deleted', async () => {
    const post = await make();
    const [target] = post.targets;
    const lock = sql`with locked as (select id from posts where id = ${post.id} for update)
      update targets set state = 'published', meta_id = '1_2' where id = ${target?.id} and exists (select from locked)`;
    const [answer] = await meet(api, { tenant, lock, waiting: 1 }, () => [cancel(post)]);
    expect(answer?.body.results).toMatchObject([
      { result: 'too-late', words: expect.stringContaining('it was published a moment ago') },
      { result: 'done', words: 'Canceled. It will not be published.' },
    ]);
    expect((await row(target)).state).toBe('published');
  });

  test('an answer of somebody in between is not written over', async () => {
    const post = await make();
    const [target] = post.targets;
    await set(target, { state: 'held', held_for: 'overdue', choices: ['retry', 'cancel'] });
    const [edited, resolved] = await inLine(
      post,
      () => [
        patch(post, { text: 'After' }),
        editor.client.post<Changed>(`/v1/targets/${target?.id}/resolve`, { choice: 'retry' }),
      ],
      1,
    );
    expect([edited?.status, resolved?.status]).toEqual([200, 200]);
    expect(await row(target)).toMatchObject({ state: 'scheduled', revision: (await entry(target))?.wanted });
    expect((await read(post)).text).toBe('After');
  });
});

test('another tenant has no such post', async () => {
  const post = await make();
  const stranger = await api.person(await api.fresh.tenant(), 'owner');
  for (const [method, path, body] of [
    ['PATCH', `/v1/posts/${post.id}`, { text: 'x' }],
    ['DELETE', `/v1/posts/${post.id}`, undefined],
    ['POST', `/v1/posts/${post.id}/publish`, undefined],
  ] as const)
    expect((await stranger.client.send(method, path, body)).status).toBe(404);
  expect((await read(post)).targets.map(({ state }) => state)).toEqual(['scheduled', 'scheduled']);
});
