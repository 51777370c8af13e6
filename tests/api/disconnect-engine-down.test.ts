import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { connectionId } from '../../workflows/ids.ts';
import { newPerson, type Person } from '../connection/person.ts';
import { type Scheduled, Tenant } from '../connection/tenant.ts';
import type { Truth } from '../publish/page.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';

let stack: Stack;
let tenant: Tenant;
let person: Person;
beforeAll(async () => {
  stack = await startStack({ temporal: 'own' });
  tenant = await Tenant.begin(stack);
  person = await newPerson(stack.simulator, [{ name: 'Bakery', instagram: { username: 'bakery_bread' } }]);
});
afterAll(() => stack?.stop());

/** Parked in the worker, which needs no Temporal to call at its instant; with time left for Temporal to die and for a disconnect. */
async function parked(tries = 3): Promise<Scheduled & { dueMs: number }> {
  const post = { ...(await tenant.schedule('Bakery', 35_000)), dueMs: Date.now() + 35_000 };
  const state = async () => (await tenant.target(post)).state;
  const isTooLate = () => post.dueMs - Date.now() < 15_000;
  await eventually(async () => isTooLate() || (await state()) === 'armed', { what: 'its commit to be parked' });
  if (!isTooLate() || tries === 1) return post;
  // A busy machine: this one goes out, and another has the time.
  await eventually(async () => (await state()) === 'published', { what: 'it to go out' });
  return parked(tries - 1);
}

/** The texts that became visible to visitors. */
const published = async () =>
  (await stack.simulator.truth<Truth>()).posts
    .filter(({ publications }) => publications > 0)
    .map(({ message }) => message);

const entry = (connection: string) => readEntry(stack.control.control, connectionId(tenant.id, connection));

test('while Temporal is down: the answer is true, no token is left, nothing goes out, and the rest follows by itself', async () => {
  const connection = await tenant.connect(person, ['Bakery', 'bakery_bread']);
  const later = await tenant.schedule('Bakery', 3_600_000);
  const soon = await parked();
  const before = await published();
  await stack.processes.kill('temporal');

  const askedMs = performance.now();
  const { status, body } = await tenant.disconnect(connection);
  // Had it waited for a worker that was not told, it would have been 10 s on top of the 2 s in which it tried to tell.
  expect(performance.now() - askedMs).toBeLessThan(11_500);
  expect({ status, body }).toMatchObject({ status: 202, body: { state: 'erasing', tokens: 'destroyed', tooLate: [] } });
  expect(body.canceled.sort()).toEqual([soon.target, later.target].sort());
  expect(await tenant.count('credentials')).toBe(0);
  for (const post of [soon, later]) expect((await tenant.target(post)).state).toBe('canceled');
  const state = async () => (await tenant.owner.get<{ state: string }>(`/v1/connections/${connection}`)).body.state;
  expect(await state()).toBe('erasing');
  const { sent = 0, wanted = 0 } = (await entry(connection)) ?? {};
  expect(sent).toBeLessThan(wanted);

  for (const [method, path] of [
    ['POST', `/v1/connections/${connection}/refresh`],
    ['POST', `/v1/connections/${connection}/reauthorize`],
  ] as const)
    expect((await tenant.owner.send(method, path)).status).toBe(409);
  const again = await tenant.disconnect(connection);
  expect(again).toMatchObject({ status: 202, body: { state: 'erasing', tokens: 'destroyed', canceled: [] } });

  await stack.processes.start('temporal');
  await eventually(async () => (await tenant.count('connections')) === 0, { everyMs: 500 });
  for (const table of ['accounts', 'credentials', 'found_accounts']) expect(await tenant.count(table)).toBe(0);
  expect(await tenant.routes()).toEqual([]);
  await eventually(async () => (await entry(connection)) === undefined, { what: 'its entry to leave' });
  expect((await tenant.disconnect(connection)).status).toBe(404);
  await eventually(() => Date.now() > soon.dueMs + 1_000, { what: 'the time of the parked post to pass' });
  expect(await published()).toEqual(before);
});
