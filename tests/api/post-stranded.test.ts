import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { picture } from '../../deploy/local/demo/picture.ts';
import { publishId } from '../../workflows/ids.ts';
import { type Api, type Person, startApiFor } from './api.ts';
import { meet } from './meeting.ts';
import { seedAccount, seedConnection } from './seed.ts';

/** Posts whose accounts, or some of them, were disconnected. */

interface Post {
  id: string;
  text: string | null;
  draft: boolean;
  targets: { id: string; state: string; reason: string | null }[];
}
interface Changed extends Post {
  results: { result: string; words: string }[];
}

let api: Api;
let tenant: string;
let editor: Person;
let stays: string;
let goes: string;
beforeAll(async () => {
  ({ api, tenant, person: editor } = await startApiFor('editor'));
});
beforeEach(async () => {
  await api.rows(tenant, async (db) => {
    const login = await seedConnection(db);
    [stays, goes] = [await seedAccount(db, login), await seedAccount(db, login)];
  });
});
afterAll(() => api.stop());

async function make(accounts: string[], more: Record<string, unknown> = {}): Promise<Post> {
  const targets = accounts.map((account) => ({ account, kind: 'feed' }));
  const { status, body } = await editor.client.post<Post>('/v1/posts', { text: 'Before', targets, ...more });
  expect(status).toBe(201);
  return body;
}
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

const patch = <T = Changed>({ id }: Post, change: Record<string, unknown>) =>
  editor.client.send<T>('PATCH', `/v1/posts/${id}`, change);
const cancel = <T = Changed>({ id }: Post) => editor.client.delete<T>(`/v1/posts/${id}`);
const publish = <T = Changed>({ id }: Post) => editor.client.post<T>(`/v1/posts/${id}/publish`);
const results = ({ body }: { body: Changed }) => body.results.map(({ result }) => result);

/** As a worker leaves it once nobody is connected to the account any more. */
const leave = (account: string) =>
  api.rows(tenant, (db) => db.deleteFrom('accounts').where('id', '=', account).execute());
const set = ({ targets }: Post, values: Record<string, unknown>) =>
  api.rows(tenant, (db) =>
    db
      .updateTable('targets')
      .set(values)
      .where('id', '=', targets[0]?.id ?? '')
      .execute(),
  );
const rowsOf = ({ id }: Post) =>
  api.rows(tenant, (db) => db.selectFrom('targets').selectAll().where('post', '=', id).orderBy('id').execute());

describe('a draft for several accounts of which one is gone', () => {
  test('can be edited, and it is said of the one that it is closed', async () => {
    const post = await make([stays, goes], { draft: true });
    await leave(goes);
    const answer = await patch(post, { text: 'After' });
    expect([answer.status, results(answer)]).toEqual([200, ['done', 'closed']]);
    expect(answer.body.results[1]?.words).toMatch(/not connected here any more.*Connect it again/);
    expect(answer.body.text).toBe('After');
  });

  test.each([
    ['scheduled', (post: Post) => patch(post, { draft: false, publishAt: inAnHour() })],
    ['published now', (post: Post) => publish(post)],
  ] as const)('can be %s, and the one stays behind', async (_how, send) => {
    const post = await make([stays, goes], { draft: true });
    await leave(goes);
    const answer = await send(post);
    expect([answer.status, results(answer)]).toEqual([200, ['done', 'closed']]);
    expect(answer.body).toMatchObject({ draft: false, targets: [{ state: 'scheduled' }, { state: 'canceled' }] });
    expect(answer.body.targets[1]?.reason).toContain('disconnected');
  });
});

test('a draft all of whose accounts are gone says so, and can only be canceled', async () => {
  const post = await make([goes], { draft: true });
  await leave(goes);
  for (const send of [
    () => patch<Problem>(post, { text: 'After' }),
    () => patch<Problem>(post, { draft: false, publishAt: inAnHour() }),
    () => publish<Problem>(post),
  ]) {
    const { status, body } = await send();
    expect([status, body.detail]).toEqual([409, expect.stringMatching(/not connected here any more.*new post/)]);
  }
  const answer = await cancel(post);
  expect([answer.status, results(answer)]).toEqual([200, ['done']]);
  expect(answer.body.targets).toMatchObject([{ state: 'canceled' }]);
});

test.each([
  { state: 'failed', choices: ['retry', 'cancel'] },
  { state: 'held', held_for: 'authorization', choices: ['retry', 'cancel'] },
])('what $state on an account that is gone can only be canceled', async (values) => {
  const post = await make([goes], { publishAt: inAnHour() });
  await set(post, values);
  await leave(goes);
  const { status, body } = await patch<Problem>(post, { text: 'After' });
  expect([status, body.detail]).toEqual([409, expect.stringContaining('not connected here any more')]);
  expect(results(await cancel(post))).toEqual(['done']);
});

test('the warning that a post may be live is kept when it is canceled or edited', async () => {
  const post = await make([goes], { publishAt: inAnHour() });
  const reason = 'The account was disconnected before Facebook had said whether this is live. Look at the Page.';
  await set(post, { state: 'failed', reason, choices: [] });
  await leave(goes);
  const answer = await cancel(post);
  expect([answer.status, results(answer)]).toEqual([200, ['unchanged']]);
  expect(answer.body.results[0]?.words).not.toContain('not be published');
  expect((await patch(post, { text: 'After' })).status).toBe(409);
  expect(await rowsOf(post)).toMatchObject([{ state: 'failed', reason }]);
});

test('a file is not needed for an account that is gone', async () => {
  const media = (await editor.client.post<{ id: string }>('/v1/media', picture(77, 400, 400))).body.id;
  const post = await make([goes], { draft: true, media: [{ id: media }] });
  expect((await editor.client.delete(`/v1/media/${media}`)).status).toBe(409);
  await leave(goes);
  expect((await editor.client.delete(`/v1/media/${media}`)).status).toBe(204);
  expect((await patch<Problem>(post, { text: 'After' })).body.detail).toContain('not connected here any more');
});

describe('an account that goes while a command is under way', () => {
  const whileItGoes = <T>(send: () => Promise<T>) =>
    meet(api, { tenant, lock: sql`delete from accounts where id = ${goes}`, waiting: 1 }, () => [send()]);

  test.each([
    ['publishing a draft', (post: Post) => publish(post)],
    ['scheduling it', (post: Post) => patch(post, { draft: false, publishAt: inAnHour() })],
  ] as const)('is left out of %s', async (_what, send) => {
    const post = await make([stays, goes], { draft: true });
    const [answer] = await whileItGoes(() => send(post));
    expect([answer?.status, answer && results(answer)]).toEqual([200, ['done', 'closed']]);
    expect(await rowsOf(post)).toMatchObject([{ state: 'scheduled' }, { state: 'canceled' }]);
  });

  test('is asked to delete nothing', async () => {
    const post = await make([goes], { publishAt: inAnHour() });
    await set(post, { state: 'published', published_at: new Date(), meta_id: '1_2' });
    const [answer] = await whileItGoes(() => cancel<Problem>(post));
    expect(answer).toMatchObject({ status: 409, body: { detail: expect.stringContaining('not connected here') } });
    expect(await rowsOf(post)).toMatchObject([{ state: 'published' }]);
  });

  test.each(['retry', 'publishAgain'])('keeps "%s" from being taken', async (choice) => {
    const post = await make([goes], { publishAt: inAnHour() });
    await set(post, { state: 'failed', choices: [choice, 'cancel'] });
    const id = post.targets[0]?.id ?? '';
    const [answer] = await whileItGoes(() => editor.client.post(`/v1/targets/${id}/resolve`, { choice }));
    expect(answer?.status).toBe(409);
    const [row] = await rowsOf(post);
    expect(row).toMatchObject({ state: 'failed', account: null });
    const entry = api.control.selectFrom('workflows').select('wanted').where('id', '=', publishId(tenant, id));
    expect((await entry.executeTakeFirst())?.wanted).toBe(row?.revision);
  });
});
