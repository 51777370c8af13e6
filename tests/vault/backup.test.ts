import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseOf, withDatabase } from '../../db/admin.ts';
import { type ControlDb, connectControl } from '../../db/control/connect.ts';
import { TenantPools } from '../../db/tenant/pools.ts';
import { provisionTenant } from '../../db/tenant/provision.ts';
import { openPassword } from '../../db/vault/catalogue.ts';
import { VaultError } from '../../db/vault/vault.ts';
import { type Child, startChild } from '../../deploy/local/child.ts';
import {
  makeCluster,
  makeProvisioner,
  postgresCommand,
  provisionerUrl,
  superuserUrl,
  untilPostgresAnswers,
} from '../../deploy/local/postgres.ts';
import { type PostgresPlace, postgresPlace } from '../../deploy/local/postgres-place.ts';
import { Watchdog } from '../../deploy/local/watchdog.ts';
import { setUp } from '../../deploy/setup/set-up.ts';
import { freePort } from '../stack/free-port.ts';
import { fill, openVault, readToken } from './sealed.ts';

const key = () => randomBytes(32).toString('base64');
const keys = { MASTER_KEY: key(), CATALOGUE_KEY: key() };
const password = 'secret';
const tokens = 30;

let folder: string;
let watchdog: Watchdog;
let server: Child | undefined;
let control: ControlDb | undefined;
let restored: { tenants: string[]; credentials: string[][]; url: string; place: PostgresPlace };

// What docs/backup.md says: the server is stopped, its folder copied; the original is lost; the copy is started elsewhere, and set up.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quixess-backup-'));
  chmodSync(folder, 0o755);
  watchdog = new Watchdog(folder);
  watchdog.remove(folder);
  const place = postgresPlace(folder);
  await makeCluster(place, password);
  const first = await start(place);
  await makeProvisioner(superuserUrl(first.port, password), password);
  await setUp(configFor(first.port), { demo: false, log: pino({ enabled: false }) });
  const { tenants, credentials } = await populate(first.port);
  await first.child.stop(10_000);

  const copy = { ...place, data: `${place.data}.backup` };
  const copied = spawnSync('cp', ['-a', place.data, copy.data]);
  if (copied.status !== 0) throw new Error(String(copied.stderr));
  rmSync(place.data, { recursive: true });
  const second = await start(copy);
  await setUp(configFor(second.port), { demo: false, log: pino({ enabled: false }) });
  restored = { tenants, credentials, url: urlOf('worker', second.port), place: copy };
  control = connectControl(restored.url);
});
afterAll(async () => {
  await control?.destroy();
  await server?.stop(10_000);
  await watchdog?.close();
});

test('with MASTER_KEY everything of a restored backup opens', async () => {
  const opened = await openVault(from(), { masterKey: keys.MASTER_KEY });
  for (const [index, tenant] of restored.tenants.entries())
    for (const credential of restored.credentials[index] ?? []) await readToken(opened, tenant, credential);
  await opened.close();
});

test('without it nothing does: no token, and no database of a tenant either', async () => {
  const without = await openVault(from(), { masterKey: key() });
  for (const [index, tenant] of restored.tenants.entries())
    await expect(readToken(without, tenant, restored.credentials[index]?.[0] ?? '')).rejects.toThrow(VaultError);
  await without.close();
});

test('the API reaches the restored databases by CATALOGUE_KEY, as its own restricted login', async () => {
  const api = connectControl(urlOf('api', Number(new URL(restored.url).port)));
  const tenants = new TenantPools({
    control: api,
    role: 'api',
    openPassword: (tenant, sealed) => openPassword(keys.CATALOGUE_KEY, tenant, sealed),
    maxConnectionsPerTenant: 1,
    maxConnections: 4,
  });
  for (const tenant of restored.tenants)
    await tenants.use(tenant, async (db) => {
      expect(await db.selectFrom('credentials').select('id').execute()).toHaveLength(tokens);
      await expect(db.selectFrom('credentials').select('token_sealed').execute()).rejects.toThrow('permission denied');
    });
  await tenants.close();
  await api.destroy();
});

test('neither a token nor a key stands in any file of a backup', () => {
  const files = globSync('**/*', { cwd: restored.place.data }).map((file) => join(restored.place.data, file));
  const contents = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file));
  expect(contents.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(10_000_000);
  // What should be found is found.
  expect(contents.some((bytes) => bytes.includes(restored.tenants[0]?.replaceAll('-', '') ?? ''))).toBe(true);
  for (const secret of ['token of', keys.MASTER_KEY, keys.CATALOGUE_KEY])
    expect(contents.filter((bytes) => bytes.includes(secret))).toEqual([]);
  for (const secret of Object.values(keys).map((value) => Buffer.from(value, 'base64')))
    expect(contents.filter((bytes) => bytes.includes(secret))).toEqual([]);
});

const from = () => ({ control: control as ControlDb });

async function start(place: PostgresPlace): Promise<{ child: Child; port: number }> {
  const port = await freePort();
  const logFile = join(folder, 'postgres.log');
  const child = await startChild(
    postgresCommand(place, { port, logFile, durable: true, maxConnections: 40 }),
    watchdog,
  );
  server = child;
  await untilPostgresAnswers(superuserUrl(port, password), 30_000);
  return { child, port };
}

async function populate(port: number): Promise<{ tenants: string[]; credentials: string[][] }> {
  const { DATABASE_URL, WORKER_DATABASE_URL } = configFor(port);
  const making = {
    provisionerUrl: DATABASE_URL,
    controlUrl: withDatabase(DATABASE_URL, databaseOf(WORKER_DATABASE_URL)),
    masterKey: keys.MASTER_KEY,
    catalogueKey: keys.CATALOGUE_KEY,
  };
  const worker = connectControl(WORKER_DATABASE_URL);
  const opened = await openVault({ control: worker }, { masterKey: keys.MASTER_KEY });
  const tenants = [];
  const credentials = [];
  for (const name of ['One', 'Two']) {
    const { tenant } = await provisionTenant({ ...making, name });
    tenants.push(tenant);
    credentials.push(await fill(opened, tenant, tokens));
  }
  await opened.close();
  await worker.destroy();
  return { tenants, credentials };
}

function urlOf(login: 'api' | 'worker', port: number): string {
  return `postgres://quixess_${login}:${login}-password@127.0.0.1:${port}/quixess_control`;
}

function configFor(port: number) {
  return {
    ...keys,
    LOG_LEVEL: 'error' as const,
    DATABASE_URL: provisionerUrl(port, password),
    API_DATABASE_URL: urlOf('api', port),
    WORKER_DATABASE_URL: urlOf('worker', port),
    MASTER_KEY_PREVIOUS: undefined,
  };
}
