import { afterAll, beforeAll, expect, test } from 'vitest';
import { newPerson } from '../connection/person.ts';
import { Tenant } from '../connection/tenant.ts';
import { type Stack, startStack } from '../stack/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

test('7.1 disconnecting cancels what is scheduled; tokens and rows are gone when the answer comes, posts stay', async () => {
  const tenant = await Tenant.begin(stack);
  const person = await newPerson(stack.simulator, [
    { name: 'Canary Bakery', instagram: { username: 'canarybread' } },
    { name: 'Pottery' },
  ]);
  const connection = await tenant.connect(person, ['Canary Bakery', 'canarybread']);
  const waits = await tenant.schedule('Canary Bakery', 3_600_000);
  expect(await tenant.subscribed(person, 'Canary Bakery')).toBe(true);

  const { status, body } = await tenant.disconnect(connection);
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { connection, state: 'gone', tokens: 'destroyed', canceled: [waits.target], tooLate: [] },
  });
  for (const table of ['connections', 'accounts', 'credentials', 'found_accounts'])
    expect([table, await tenant.count(table)]).toEqual([table, 0]);
  expect((await tenant.owner.get(`/v1/connections/${connection}`)).status).toBe(404);
  const { body: post } = await tenant.owner.get<{ targets: object[] }>(`/v1/posts/${waits.post}`);
  expect(post.targets).toMatchObject([{ account: null, state: 'canceled', reason: 'The account was disconnected.' }]);
  expect(await tenant.routes()).toEqual([]);
  expect(await tenant.subscribed(person, 'Canary Bakery')).toBe(false);
  expect(await tenant.granted(person)).toBe(false);
  const { pages } = person;
  const secrets = [person.id, 'Canary Bakery', 'canarybread', ...pages.flatMap(({ id, instagram }) => [id, instagram])];
  expect(await tenant.sightings(secrets.filter((secret) => secret !== undefined))).toEqual([]);
});
