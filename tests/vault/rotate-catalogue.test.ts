import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { resealCatalogue } from '../../db/control/catalogue/reseal.ts';
import { provisionTenant } from '../../db/tenant/provision.ts';
import { openPassword, openWithEither, sealPassword } from '../../db/vault/catalogue.ts';
import { keyIdOf, VaultError } from '../../db/vault/envelope.ts';
import { readConfig } from '../../deploy/config.ts';
import { keys as keysCommand } from '../../deploy/ops/keys.ts';
import { rotateCatalogue } from '../../deploy/ops/keys-rotate-catalogue.ts';
import { type Ops, openOps } from '../../deploy/ops/open.ts';
import { type Api, startApi } from '../api/api.ts';

const key = () => randomBytes(32).toString('base64');
const next = key();

/** An API that was given the new key and the one before, and an operator with the same. */
let api: Api;
let ops: Ops;
let tenants: string[];
let before: string;
beforeAll(async () => {
  before = key();
  api = await startApi({ CATALOGUE_KEY: next, CATALOGUE_KEY_PREVIOUS: before, TENANT_CONNECTIONS: 3 });
  tenants = [await makeTenant(), await makeTenant(), await makeTenant()];
  ops = await openOps(
    readConfig('ops', {
      ...{ DATABASE_URL: api.fresh.provisionerUrl, WORKER_DATABASE_URL: api.fresh.workerUrl },
      ...{ MASTER_KEY: api.fresh.masterKey, CATALOGUE_KEY: next, CATALOGUE_KEY_PREVIOUS: before },
      ...{ TEMPORAL_ADDRESS: '127.0.0.1:1', META_APP_ID: '1', META_APP_SECRET: 'a-secret-of-16-or-more' },
      META_GRAPH_URL: 'http://127.0.0.1:1',
    }),
  );
});
afterAll(async () => {
  await ops.close();
  await api.stop();
});
beforeEach(async () => {
  for (const tenant of tenants) await write(tenant, await sealPassword(before, tenant, await passwordOf(tenant)));
});

async function makeTenant(): Promise<string> {
  const { provisionerUrl, ownerUrl: controlUrl, masterKey } = api.fresh;
  const catalogue = { catalogueKey: next, previousCatalogueKey: before };
  return (await provisionTenant({ provisionerUrl, controlUrl, masterKey, ...catalogue, name: 'Ours' })).tenant;
}

const sealed = async (tenant: string) =>
  (
    await api.control
      .selectFrom('tenants')
      .select('api_password_sealed')
      .where('id', '=', tenant)
      .executeTakeFirstOrThrow()
  ).api_password_sealed;
const passwordOf = async (tenant: string) =>
  (await openWithEither({ catalogueKey: next, previousCatalogueKey: before }, tenant, await sealed(tenant))).password;
const write = (tenant: string, api_password_sealed: Buffer) =>
  api.control.updateTable('tenants').set({ api_password_sealed }).where('id', '=', tenant).execute();
const rotate = () => rotateCatalogue.run(ops, { words: [], flags: {} });
const look = () => keysCommand.run(ops, { words: [], flags: {} });
const under = async (catalogueKey: string) =>
  Promise.all(
    tenants.map(async (tenant) => openPassword(catalogueKey, tenant, await sealed(tenant)).then(Boolean, () => false)),
  );

test('everything is sealed under the new key, and the old one opens nothing any more', async () => {
  const passwords = await Promise.all(tenants.map(passwordOf));
  expect((await look()).json).toMatchObject({
    findings: tenants.map(() => ({ next: expect.stringContaining('rotate-catalogue') })),
  });
  expect(await rotate()).toMatchObject({ exit: 0, json: { ok: true, resealed: 3, left: 0, findings: [] } });
  expect([await under(next), await under(before)]).toEqual([
    [true, true, true],
    [false, false, false],
  ]);
  expect(await Promise.all(tenants.map(passwordOf))).toEqual(passwords);
  expect(await look()).toMatchObject({ exit: 0, json: { tenants: tenants.map(() => ({ catalogue: 'current' })) } });
  expect((await rotate()).json).toMatchObject({ resealed: 0 });
});

test('what is sealed names its key', async () => {
  const [one, other] = [keyIdOf(await sealPassword(next, 't', 'p')), keyIdOf(await sealPassword(before, 't', 'p'))];
  expect(one).not.toBe(other);
  expect(keyIdOf(await sealPassword(next, 'u', 'q'))).toBe(one);
});

test('an API that has both keys serves every tenant before, meanwhile and afterwards', async () => {
  const people = await Promise.all(tenants.map((tenant) => api.person(tenant, 'viewer')));
  const statuses: number[] = [];
  let over = false;
  // With room for one tenant's connections at a time, each request opens its password anew.
  const serving = people.map(async ({ client }) => {
    while (!over) statuses.push((await client.get('/v1/posts')).status);
  });
  const seen = async (count: number) => {
    const from = statuses.length;
    while (statuses.length < from + count) await sleep(5);
  };
  await seen(6);
  await rotate();
  await seen(6);
  over = true;
  await Promise.all(serving);
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test('it is taken up where it was cut off', async () => {
  for await (const one of resealCatalogue(api.control, { catalogueKey: next, previousCatalogueKey: before })) {
    expect(one.resealed).toBe(true);
    break;
  }
  expect((await under(next)).filter(Boolean)).toHaveLength(1);
  expect((await rotate()).json).toMatchObject({ resealed: 2, left: 0 });
});

test('a password that opens with neither key is left, named, and stops no other', async () => {
  const [damaged = ''] = tenants;
  const kept = await sealed(damaged);
  await write(damaged, await sealPassword(key(), damaged, 'lost'));
  const { exit, json } = await rotate();
  expect([exit, json]).toMatchObject([4, { resealed: 2, left: 1, findings: [{ about: damaged }] }]);
  await expect(passwordOf(damaged)).rejects.toThrow(VaultError);
  await write(damaged, kept);
  expect(await rotate()).toMatchObject({ exit: 0, json: { resealed: 1, left: 0 } });
});

test('a password that somebody else has written since it was read stays as they wrote it', async () => {
  const theirs = async (tenant: string) => sealPassword(before, tenant, await passwordOf(tenant));
  const written = new Map<string, Buffer>();
  for await (const { tenant, resealed } of resealCatalogue(api.control, {
    catalogueKey: next,
    previousCatalogueKey: before,
  })) {
    expect(resealed).toBe(!written.has(tenant));
    if (written.size) continue;
    for (const other of tenants.filter((one) => one !== tenant)) {
      const bytes = await theirs(other);
      await write(other, bytes);
      written.set(other, bytes);
    }
  }
  expect(written.size).toBeGreaterThan(0);
  for (const [tenant, bytes] of written) expect(await sealed(tenant)).toEqual(bytes);
});

test('a tenant whose making was cut off under the old key is finished under the new one', async () => {
  const { provisionerUrl, ownerUrl: controlUrl, masterKey } = api.fresh;
  const made = { provisionerUrl, controlUrl, masterKey, name: 'Cut off' };
  const cut = new Error('cut off');
  const failing = provisionTenant({
    ...{ ...made, catalogueKey: before },
    progress: (step) => {
      if (step === 'catalogue') throw cut;
    },
  });
  await expect(failing).rejects.toBe(cut);
  const { id } = await api.control
    .selectFrom('tenants')
    .select('id')
    .where('name', '=', 'Cut off')
    .executeTakeFirstOrThrow();
  await provisionTenant({ ...made, tenant: id, catalogueKey: next, previousCatalogueKey: before });
  const { client } = await api.person(id, 'viewer');
  expect((await client.get('/v1/posts')).status).toBe(200);
});
