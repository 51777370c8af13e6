import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { connectionId } from '../../workflows/ids.ts';
import { type Api, type Person, startApiFor } from './api.ts';
import { meet } from './meeting.ts';
import { seedAccount, seedConnection, seedFound } from './seed.ts';

interface Connection {
  id: string;
  state: string;
  permissions: { name: string; purpose: string; grant: string; accounts: string[] | null; asked: boolean }[];
  found: { id: string; chosen: boolean }[];
  accounts: string[];
  missing: string[];
}

const instagramScopes = ['pages_read_engagement', 'pages_manage_posts', 'instagram_basic', 'instagram_content_publish'];

let api: Api;
let tenant: string;
let owner: Person;
beforeAll(async () => {
  ({ api, tenant, person: owner } = await startApiFor('owner'));
});
afterAll(() => api.stop());

const choosing = () =>
  api.rows(tenant, async (db) => {
    const connection = await seedConnection(db, 'choosing');
    const found = [await seedFound(db, connection, 'Bakery'), await seedFound(db, connection, 'Cafe')] as const;
    return { connection, found };
  });
const choose = <T = Connection>(connection: string, accounts: string[]) =>
  owner.client.put<T>(`/v1/connections/${connection}/accounts`, { accounts });
const entry = (connection: string) =>
  api.control
    .selectFrom('workflows')
    .select(['wanted', 'sent'])
    .where('id', '=', connectionId(tenant, connection))
    .executeTakeFirst();

test('a connection shows its state, what each permission is for and whether it was granted, and what is missing', async () => {
  const { connection, found } = await choosing();
  const { status, body } = await owner.client.get<Connection>(`/v1/connections/${connection}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: connection, state: 'choosing', missing: ['A Page is missing.'], accounts: [] });
  expect(body.found.map(({ id }) => id)).toEqual(found);
  const grants = Object.fromEntries(body.permissions.map(({ name, grant }) => [name, grant]));
  expect(grants).toMatchObject({ pages_manage_posts: 'granted', instagram_basic: 'not-asked' });
  for (const { purpose } of body.permissions) expect(purpose).toMatch(/\.$/);
  const { items } = (await owner.client.get<{ items: Connection[] }>('/v1/connections')).body;
  expect(items.map(({ id }) => id)).toContain(connection);
});

test('whoever reviews permissions sees what was granted, for which accounts, what was declined, and what was never asked', async () => {
  const connection = await api.rows(tenant, async (db) => {
    const made = await seedConnection(db, 'connected', ['pages_show_list', 'business_management']);
    const granular_scopes = JSON.stringify([
      { scope: 'pages_show_list', target_ids: ['61'] },
      { scope: 'business_management' },
    ]);
    const ungranted = JSON.stringify({ pages_manage_posts: 'declined', instagram_basic: 'expired', x: 'declined' });
    await db.updateTable('credentials').set({ granular_scopes, ungranted }).where('connection', '=', made).execute();
    return made;
  });
  const { body } = await owner.client.get<Connection>(`/v1/connections/${connection}`);
  const of = (name: string) => body.permissions.find((permission) => permission.name === name);
  expect(of('pages_show_list')).toMatchObject({ grant: 'granted', accounts: ['61'], asked: true });
  expect(of('business_management')).toMatchObject({ grant: 'granted', accounts: null });
  expect(of('pages_manage_posts')).toMatchObject({ grant: 'declined', accounts: null, asked: true });
  expect(of('instagram_basic')).toMatchObject({ grant: 'expired' });
  expect(of('pages_messaging')).toMatchObject({ grant: 'not-asked', asked: false });
  expect(body.permissions).toHaveLength(15);
});

test('an account whose role lacks a task, or that nobody logged in for in 90 days, says so where it matters', async () => {
  const [page, instagram] = await api.rows(tenant, async (db) => {
    const connection = await seedConnection(db, 'connected', ['pages_show_list', ...instagramScopes]);
    await db
      .updateTable('credentials')
      .set({ data_access_expires_at: new Date(0) })
      .where('connection', '=', connection)
      .execute();
    const made = [await seedAccount(db, connection), await seedAccount(db, connection, 'instagram')] as const;
    await db
      .updateTable('accounts')
      .set({ tasks: ['ANALYZE'] })
      .where('id', '=', made[0])
      .execute();
    return made;
  });
  const publishOf = async (id: string) => {
    const { body } = await owner.client.get<{ capabilities: { name: string; reason: string }[] }>(`/v1/accounts/${id}`);
    return body.capabilities.find(({ name }) => name === 'publish')?.reason;
  };
  expect(await publishOf(page)).toContain('CREATE_CONTENT');
  expect(await publishOf(instagram)).toContain('90 days');
});

test('choosing takes the connection on, marks what was chosen and tells the workflow', async () => {
  const { connection, found } = await choosing();
  const { status, body } = await choose(connection, [found[1]]);
  expect(status).toBe(200);
  expect(body.state).toBe('connecting');
  expect(body.found.map(({ chosen }) => chosen)).toEqual([false, true]);
  expect(await entry(connection)).toEqual({ wanted: 1, sent: 1 });
});

test('the same choice again is the same; another one comes too late', async () => {
  const { connection, found } = await choosing();
  await choose(connection, [found[0]]);
  expect((await choose(connection, [found[0]])).status).toBe(200);
  const { status, body } = await choose<Problem>(connection, [found[1]]);
  expect(status).toBe(409);
  expect(body.detail).toContain('connecting');
});

test('of two choices at once one is taken', async () => {
  const { connection, found } = await choosing();
  const lock = sql`select from connections where id = ${connection} for update`;
  const answers = await meet(api, { tenant, lock, waiting: 2 }, () =>
    found.map((account) => choose(connection, [account])),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const { found: marked } = (await owner.client.get<Connection>(`/v1/connections/${connection}`)).body;
  expect(marked.filter(({ chosen }) => chosen)).toHaveLength(1);
});

test('what was not found cannot be chosen, and nothing is not a choice', async () => {
  const { connection, found } = await choosing();
  const other = await choosing();
  const { status, body } = await choose<Problem>(connection, [found[0], other.found[0]]);
  expect(status).toBe(422);
  expect(body.errors).toEqual([{ pointer: '/accounts/1', detail: 'This is not among the accounts found.' }]);
  expect((await choose(connection, [])).status).toBe(422);
  expect(await entry(connection)).toBeUndefined();
});

test('while the accounts are still being looked up there is nothing to choose', async () => {
  const connection = await api.rows(tenant, (db) => seedConnection(db, 'discovering'));
  const { status, body } = await choose<Problem>(connection, [connection]);
  expect(status).toBe(409);
  expect(body.detail).toContain('still being looked up');
});

test('an account says what it can be used for, and for the rest why not and what to do', async () => {
  const { connection, account } = await api.rows(tenant, async (db) => {
    const made = await seedConnection(db);
    return { connection: made, account: await seedAccount(db, made) };
  });
  const { body } = await owner.client.get<{
    connection: string;
    capabilities: { name: string; available: boolean; reason: string; remedy: string }[];
  }>(`/v1/accounts/${account}`);
  expect(body.connection).toBe(connection);
  const of = (name: string) => body.capabilities.find((capability) => capability.name === name);
  expect(of('publish')).toMatchObject({ available: true, reason: null });
  expect(of('messages')?.available).toBe(false);
  expect(of('messages')?.reason).toContain('pages_messaging');
  expect(of('messages')?.remedy).toMatch(/\w/);
  const { items } = (await owner.client.get<{ items: { id: string }[] }>('/v1/accounts')).body;
  expect(items.map(({ id }) => id)).toContain(account);
});

test('an account whose login died can do nothing until it is connected again', async () => {
  const account = await api.rows(tenant, async (db) => {
    const connection = await seedConnection(db);
    const made = await seedAccount(db, connection);
    const dead = { connection, account: made, kind: 'page' as const, health: 'dead' as const };
    await db
      .insertInto('credentials')
      .values({ ...dead, id: made })
      .execute();
    return made;
  });
  const { body } = await owner.client.get<{ capabilities: { available: boolean; remedy: string }[] }>(
    `/v1/accounts/${account}`,
  );
  expect(body.capabilities.length).toBeGreaterThan(3);
  for (const capability of body.capabilities)
    expect(capability).toMatchObject({ available: false, remedy: 'Connect again.' });
});
