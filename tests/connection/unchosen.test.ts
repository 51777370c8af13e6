import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { newPerson } from './person.ts';
import { Tenant } from './tenant.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { LOG_LEVEL: 'debug' } });
});
afterAll(() => stack?.stop());

const pages = () => [
  { name: 'Kept Bakery', instagram: { username: 'kept.bread' } },
  { name: 'Canary Pottery', instagram: { username: 'canary.pots' } },
];

test('1.3.3 accounts that were not chosen leave no trace in any table, nor in a log', async () => {
  const tenant = await Tenant.begin(stack);
  const person = await newPerson(stack.simulator, pages());
  await tenant.connect(person, ['Kept Bakery']);
  const [kept, pottery] = person.pages;
  const unchosen = ['Canary Pottery', 'canary.pots', 'kept.bread', pottery?.id, pottery?.instagram, kept?.instagram];
  const secrets = unchosen.filter((secret) => secret !== undefined);
  expect(secrets).toHaveLength(6);
  expect(await tenant.sightings(secrets)).toEqual([]);
  expect(await tenant.sightings([kept?.id ?? ''])).not.toEqual([]);
  const logs = (['worker', 'api'] as const).map((name) => stack.processes.log(name)).join('\n');
  expect(secrets.filter((secret) => logs.includes(secret))).toEqual([]);
});

test('1.3.3 an Instagram account alone brings the id and the token of its Page, which is said at the choice', async () => {
  const tenant = await Tenant.begin(stack);
  const person = await newPerson(stack.simulator, [{ name: 'Carrying Page', instagram: { username: 'carried' } }]);
  const connection = await tenant.connect(person, ['carried']);
  expect(await tenant.sightings(['Carrying Page'])).toEqual([]);
  expect((await tenant.routes()).map(({ kind }) => kind).sort()).toEqual(['carrier', 'instagram', 'person']);
  await tenant.reauthorize(connection, person);
  const found = await eventually(async () => {
    const { body } = await tenant.owner.get<{ found: { platform: string; note: string | null }[] }>(
      `/v1/connections/${connection}`,
    );
    return body.found.length > 0 && body.found;
  });
  expect(found.find(({ platform }) => platform === 'instagram')?.note).toContain('the id of the Page and the token');
});

test('choosing again with fewer accounts cancels what was scheduled on the others, and forgets them', async () => {
  const tenant = await Tenant.begin(stack);
  const person = await newPerson(stack.simulator, pages());
  const connection = await tenant.connect(person, ['Kept Bakery', 'Canary Pottery']);
  const [stays, goes] = [
    await tenant.schedule('Kept Bakery', 3_600_000),
    await tenant.schedule('Canary Pottery', 3_600_000),
  ];
  expect(await tenant.connect(person, ['Kept Bakery'])).toBe(connection);
  expect(await tenant.target(goes)).toMatchObject({ account: null, state: 'canceled' });
  expect(await tenant.target(stays)).toMatchObject({ state: 'scheduled' });
  const pottery = person.pages.find(({ name }) => name === 'Canary Pottery');
  expect(await tenant.sightings(['Canary Pottery', pottery?.id ?? ''])).toEqual([]);
  expect(await tenant.subscribed(person, 'Canary Pottery')).toBe(false);
  expect(await tenant.subscribed(person, 'Kept Bakery')).toBe(true);
});
