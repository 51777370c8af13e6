import { afterAll, beforeAll, expect, test } from 'vitest';
import { killTokens, newPerson } from '../connection/person.ts';
import { Tenant } from '../connection/tenant.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

test('3.5 a login that Meta proves dead holds its posts, and logging in again finds the same connection and goes on', async () => {
  const tenant = await Tenant.begin(stack);
  const person = await newPerson(stack.simulator, [{ name: 'Home' }]);
  const connection = await tenant.connect(person, ['Home']);
  const waits = await tenant.schedule('Home', 3_600_000);
  await killTokens(stack.simulator, { person: person.id });
  const trips = await tenant.schedule('Home', 0);
  for (const post of [waits, trips]) await eventually(async () => (await tenant.target(post)).state === 'held');
  expect(await tenant.reauthorize(connection, person)).toBe(connection);
  await eventually(async () => (await tenant.target(waits)).state === 'scheduled');
  await eventually(async () => (await tenant.target(trips)).choices.join() === 'retry,cancel');
  const { target } = trips;
  const answer = (choice: string) => tenant.owner.post(`/v1/targets/${target}/resolve`, { choice });
  expect((await answer('publishAgain')).status).toBe(409);
  expect(await answer('retry')).toMatchObject({ status: 200, body: { targets: [{ state: 'scheduled' }] } });
  await eventually(async () => (await tenant.target(trips)).state === 'published');
  expect((await answer('retry')).status).toBe(409);
});
