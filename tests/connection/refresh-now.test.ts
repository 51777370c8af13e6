import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type MailServer, mailServer } from './mail-server.ts';
import { killTokens, newPerson, setClock } from './person.ts';
import { Tenant } from './tenant.ts';

interface Login {
  kind: 'user' | 'page';
  health: string;
  expiresAt: string | null;
  refreshAt: string | null;
}

const dayMs = 86_400_000;

let mail: MailServer;
let stack: Stack;
let tenant: Tenant;

beforeAll(async () => {
  mail = await mailServer();
  stack = await startStack({ env: { SMTP_URL: mail.url, MAIL_FROM: 'notices@quixess.test' } });
  tenant = await Tenant.begin(stack);
});
afterAll(async () => {
  await stack?.stop();
  await mail.close();
});

const refresh = (connection: string) =>
  tenant.owner.post<{ id: string; detail?: string }>(`/v1/connections/${connection}/refresh`);
const login = async (connection: string) => {
  const { body } = await tenant.owner.get<{ credentials: Login[] }>(`/v1/connections/${connection}`);
  return body.credentials.find(({ kind }) => kind === 'user');
};

test('an owner has the token exchanged now, and sees by its end that it was', async () => {
  const person = await newPerson(stack.simulator, [{ name: 'Bakery' }]);
  const connection = await tenant.connect(person, ['Bakery']);
  const before = Date.parse((await login(connection))?.expiresAt ?? '');
  await setClock(stack.simulator, 10 * dayMs);
  expect(await refresh(connection)).toMatchObject({ status: 202, body: { id: connection } });
  const after = await eventually(
    async () => {
      const now = await login(connection);
      return Date.parse(now?.expiresAt ?? '') > before && now;
    },
    { what: 'a later end' },
  );
  expect(after.health).toBe('alive');
  expect(Date.parse(after.refreshAt ?? '')).toBeGreaterThan(Date.now() + 40 * dayMs);
  expect(Date.parse(after.expiresAt ?? '') - before).toBeCloseTo(10 * dayMs, -6);
});

test('where Meta does not extend it, that shows, and nobody is troubled while there is time', async () => {
  const person = await newPerson(stack.simulator, [{ name: 'Pottery' }]);
  const connection = await tenant.connect(person, ['Pottery']);
  await stack.simulator.switches({ exchangeExtends: false });
  expect((await refresh(connection)).status).toBe(202);
  await eventually(async () => (await login(connection))?.health === 'renewal-needed');
  const { body } = await tenant.owner.get<{ items: unknown[] }>('/v1/notices');
  expect(body.items).toEqual([]);
  await stack.simulator.switches({ exchangeExtends: true });
});

test('of a login that has ended there is nothing to exchange; that is said, and mailed to the owners', async () => {
  const person = await newPerson(stack.simulator, [{ name: 'Walks' }]);
  const connection = await tenant.connect(person, ['Walks']);
  await killTokens(stack.simulator, { person: person.id });
  expect((await refresh(connection)).status).toBe(202);
  await eventually(async () => (await login(connection))?.health === 'dead');
  expect(await refresh(connection)).toMatchObject({
    status: 409,
    body: { detail: 'The login has ended. Have the person log in once more.' },
  });
  const notice = await eventually(() => mail.received[0], { what: 'the mail' });
  expect(notice.to).toEqual([tenant.email]);
  expect(notice.text).toMatch(/password at Facebook was changed[\s\S]*Connect again\./);
  expect((await refresh('01a20c22-0000-7000-8000-000000000000')).status).toBe(404);
});
