import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handOver } from '../../db/control/audit/hand-over.ts';
import { owe } from '../../db/control/audit/owe.ts';
import { settle } from '../../db/control/audit/settle.ts';
import { connectControl } from '../../db/control/connect.ts';
import type { TenantPools } from '../../db/tenant/pools.ts';
import { type Api, type Person, startApiFor } from './api.ts';

let api: Api;
let tenant: string;
let owner: Person;
beforeAll(async () => {
  ({ api, tenant, person: owner } = await startApiFor('owner', 'Ours'));
});
afterAll(() => api.stop());

/** As the worker sees all of them. */
const pools = { use: (id, work) => api.rows(id, work) } as TenantPools;
const owed = () => api.control.selectFrom('audit_owed').select(['id', 'action', 'tenant']).execute();
const log = (of = tenant) =>
  api.rows(of, (db) => db.selectFrom('audit_log').select(['id', 'action']).orderBy('at').execute());
const nothingOwed = () => settle(api.fresh.control, pools);

test('what is done stands in control with its entry, before anybody has been at the log of the tenant', async () => {
  await nothingOwed();
  const before = await log();
  expect((await owner.client.patch('/v1/tenant', { name: 'Renamed' })).status).toBe(200);
  expect(await owed()).toMatchObject([{ action: 'tenant.changed', tenant }]);
  expect(await log()).toEqual(before);
  expect(await nothingOwed()).toEqual({ settled: 1, failures: [] });
  expect((await log()).map(({ action }) => action)).toEqual([...before.map(({ action }) => action), 'tenant.changed']);
  expect(await owed()).toEqual([]);
});

test('where the entry cannot be written nothing is done', async () => {
  const { id } = await api.person(tenant, 'viewer');
  await sql`revoke insert on audit_owed from quixess_control_api`.execute(api.control);
  try {
    const answers = [
      await owner.client.patch('/v1/tenant', { name: 'Without an entry' }),
      await owner.client.patch(`/v1/members/${id}`, { role: 'owner' }),
      await owner.client.delete(`/v1/members/${id}`),
      await owner.client.post('/v1/members', { email: 'unwritten@example.test', role: 'owner' }),
      await owner.client.post('/v1/api-keys', { name: 'Unwritten', role: 'owner' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([500, 500, 500, 500, 500]);
  } finally {
    await sql`grant insert on audit_owed to quixess_control_api`.execute(api.control);
  }
  expect((await owner.client.get<{ name: string }>('/v1/tenant')).body.name).not.toContain('entry');
  const { items } = (await owner.client.get<{ items: { id: string; email: string; role: string }[] }>('/v1/members'))
    .body;
  expect(items.find((member) => member.id === id)?.role).toBe('viewer');
  expect(items.map(({ email }) => email)).not.toContain('unwritten@example.test');
  expect((await owner.client.get<{ items: unknown[] }>('/v1/api-keys')).body.items).toEqual([]);
});

test('an entry stands in the log once, whoever hands it over, and after a crash between the log and control', async () => {
  await owner.client.patch('/v1/tenant', { name: 'Once' });
  const ids = await api.rows(tenant, (db) => handOver(api.fresh.control, tenant, db));
  expect(ids.length).toBeGreaterThan(0);
  expect((await owed()).length).toBeGreaterThan(0);
  await Promise.all([nothingOwed(), nothingOwed(), owner.client.get('/v1/audit')]);
  const entries = (await log()).map(({ id }) => id);
  for (const id of ids) expect(entries.filter((entry) => entry === id)).toHaveLength(1);
  expect(await owed()).toEqual([]);
});

test('a tenant that cannot be reached is owed what it is owed, and keeps nobody else waiting', async () => {
  const [away, here] = [await api.fresh.tenant('Away'), await api.fresh.tenant('Here')];
  await nothingOwed();
  for (const of of [away, here])
    await owe(api.fresh.control, of, { actor: { kind: 'operator', id: null }, action: 'tenant.seen', subject: v7() });
  const failing = {
    use: (id, work) => (id === away ? Promise.reject(new Error('down')) : api.rows(id, work)),
  } as TenantPools;
  expect(await settle(api.fresh.control, failing)).toEqual({ settled: 1, failures: [new Error('down')] });
  expect(await owed()).toMatchObject([{ tenant: away }]);
  expect((await log(here)).map(({ action }) => action)).toEqual(['tenant.made', 'tenant.seen']);
  await nothingOwed();
  expect((await log(away)).map(({ action }) => action)).toEqual(['tenant.made', 'tenant.seen']);
});

test('the API adds what is owed, and can neither change nor remove it', async () => {
  const asApi = connectControl(api.fresh.apiUrl, { maxConnections: 1 });
  await expect(asApi.deleteFrom('audit_owed').execute()).rejects.toThrow('permission denied');
  await expect(asApi.updateTable('audit_owed').set({ action: 'x' }).execute()).rejects.toThrow('permission denied');
  await asApi.destroy();
});
