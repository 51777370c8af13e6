import { afterAll, beforeAll, expect, test } from 'vitest';
import { routeHash } from '../../db/vault/route-hash.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { giveRole, type NewPage, newPerson } from './person.ts';
import { Tenant } from './tenant.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

const shared = (pages: NewPage[]) => newPerson(stack.simulator, pages);

test('7.1 two tenants who share a Page: the one that stays keeps its subscription, its tokens and its posts', async () => {
  const [leaves, stays] = [await Tenant.begin(stack), await Tenant.begin(stack)];
  const person = await shared([{ name: 'Shared' }]);
  const colleague = await shared([]);
  await giveRole(stack.simulator, { person: colleague.id, page: person.pages[0]?.id ?? '' });
  const connection = await leaves.connect(person, ['Shared']);
  await stays.connect({ ...colleague, pages: person.pages }, ['Shared']);
  const waits = await stays.schedule('Shared', 3_600_000);
  expect((await leaves.disconnect(connection)).status).toBe(200);
  expect(await stays.subscribed(person, 'Shared')).toBe(true);
  expect(await leaves.granted(person)).toBe(false);
  expect(await stays.granted(colleague)).toBe(true);
  expect((await stays.routes()).map(({ kind }) => kind).sort()).toEqual(['page', 'person']);
  const now = await stays.schedule('Shared', 0);
  await eventually(async () => (await stays.target(now)).state === 'published');
  expect((await stays.target(waits)).state).toBe('scheduled');
});

test('7.1 one person in two tenants: leaving the one takes nothing back at Meta; leaving the last does', async () => {
  const [one, two] = [await Tenant.begin(stack), await Tenant.begin(stack)];
  const person = await shared([{ name: 'Only', instagram: { username: 'only.ig' } }]);
  const first = await one.connect(person, ['Only']);
  // The Page only carries the Instagram account there, and needs its subscription all the same.
  const second = await two.connect(person, ['only.ig']);
  expect((await one.disconnect(first)).status).toBe(200);
  expect(await two.granted(person)).toBe(true);
  expect(await two.subscribed(person, 'Only')).toBe(true);
  expect(await two.count('credentials')).toBe(2);
  expect((await two.disconnect(second)).status).toBe(200);
  expect(await two.granted(person)).toBe(false);
  expect(await two.subscribed(person, 'Only')).toBe(false);
});

test('an account that another person of the tenant has connected too goes on with that login', async () => {
  const tenant = await Tenant.begin(stack);
  const person = await shared([{ name: 'Both' }]);
  const colleague = await shared([]);
  await giveRole(stack.simulator, { person: colleague.id, page: person.pages[0]?.id ?? '' });
  const owner = await tenant.connect(person, ['Both']);
  const spare = await tenant.connect({ ...colleague, pages: person.pages }, ['Both']);
  expect(await tenant.count('accounts')).toBe(1);
  const waits = await tenant.schedule('Both', 7_000);
  const { body } = await tenant.disconnect(owner);
  expect(body).toMatchObject({ state: 'gone', canceled: [] });
  const { body: accounts } = await tenant.owner.get<{ items: object[] }>('/v1/accounts');
  expect(accounts.items).toMatchObject([{ name: 'Both', connection: spare }]);
  expect(await tenant.subscribed(person, 'Both')).toBe(true);
  await eventually(async () => (await tenant.target(waits)).state === 'published');
});

test('with no worker the tokens are destroyed all the same, and it is said; the rest follows by itself', async () => {
  const tenant = await Tenant.begin(stack);
  const person = await shared([{ name: 'Dark' }]);
  const connection = await tenant.connect(person, ['Dark']);
  const waits = await tenant.schedule('Dark', 3_600_000);
  await stack.processes.kill('worker');
  const { status, body } = await tenant.disconnect(connection);
  expect({ status, body }).toMatchObject({
    status: 202,
    body: { state: 'erasing', tokens: 'destroyed', canceled: [waits.target] },
  });
  expect(await tenant.count('credentials')).toBe(0);
  const body2 = { text: 'x', targets: [{ account: tenant.accounts.get('Dark'), kind: 'feed' }] };
  expect((await tenant.owner.post('/v1/posts', body2)).status).toBe(422);
  await stack.processes.start('worker');
  await eventually(async () => (await tenant.count('connections')) === 0);
  expect(await tenant.routes()).toEqual([]);
});

test('a post that may be live is not said to be canceled, and keeps its warning', async () => {
  const tenant = await Tenant.begin(stack);
  const person = await shared([{ name: 'Unsaid' }]);
  const connection = await tenant.connect(person, ['Unsaid']);
  const [post, waits] = [await tenant.schedule('Unsaid', 3_600_000), await tenant.schedule('Unsaid', 3_600_000)];
  const asks = { state: 'held' as const, held_for: 'outcome' as const, choices: ['live', 'publishAgain'] };
  await tenant.rows((db) => db.updateTable('targets').set(asks).where('id', '=', post.target).execute());
  const { body } = await tenant.disconnect(connection);
  expect(body).toMatchObject({ state: 'gone', canceled: [waits.target], tooLate: [post.target] });
  const warned = { state: 'failed', choices: [], reason: expect.stringContaining('Look at the Page') };
  expect(await tenant.target(post)).toMatchObject(warned);
  expect((await tenant.owner.delete(`/v1/posts/${post.post}`)).status).toBe(200);
  expect(await tenant.target(post)).toMatchObject(warned);
});

test('routes lead by keyed hashes only', async () => {
  const tenant = await Tenant.begin(stack);
  const person = await shared([{ name: 'Hashed' }]);
  await tenant.connect(person, ['Hashed']);
  const expected = routeHash(stack.control.routeKey, 'page', person.pages[0]?.id ?? '');
  expect((await tenant.routes()).some(({ hash }) => hash.equals(expected))).toBe(true);
});
