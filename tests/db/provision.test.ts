import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connectAdmin } from '../../db/admin.ts';
import { connectControl } from '../../db/control/connect.ts';
import { migrateTenants } from '../../db/tenant/migrate-tenants.ts';
import { TenantPools } from '../../db/tenant/pools.ts';
import { type Provision, provisionTenant, type Step } from '../../db/tenant/provision.ts';
import { openPassword } from '../../db/vault/catalogue.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';

let fresh: FreshControl;
beforeAll(async () => {
  fresh = await freshControl();
});
afterAll(() => fresh.close());

const provision = (more: Partial<Provision>) =>
  provisionTenant({
    provisionerUrl: fresh.provisionerUrl,
    controlUrl: fresh.ownerUrl,
    masterKey: fresh.masterKey,
    catalogueKey: fresh.catalogueKey,
    name: 'Test',
    ...more,
  });

async function reachable(tenant: string): Promise<boolean> {
  const control = connectControl(fresh.apiUrl, { maxConnections: 1 });
  const pools = new TenantPools({
    control,
    role: 'api',
    openPassword: (of, sealed) => openPassword(fresh.catalogueKey, of, sealed),
    maxConnectionsPerTenant: 1,
    maxConnections: 1,
  });
  try {
    await pools.use(tenant, (db) => db.selectFrom('posts').selectAll().execute());
    return true;
  } catch {
    return false;
  } finally {
    await pools.close();
    await control.destroy();
  }
}

const everyStep: Step[] = [
  'catalogue',
  'owner',
  'apiLogin',
  'workerLogin',
  'database',
  'closed',
  'itsOwn',
  'opened',
  'active',
];

test('a tenant is made in the steps that are listed', async () => {
  const done: Step[] = [];
  const { tenant } = await provision({ progress: (step) => done.push(step) });
  expect(done).toEqual(everyStep);
  expect(await reachable(tenant)).toBe(true);
});

test.for(everyStep)('making a tenant goes on after a crash that follows the step "%s"', async (lastStep) => {
  const tenant = v7();
  const crash = (step: Step) => {
    if (step === lastStep) throw new Error('crash');
  };
  await expect(provision({ tenant, progress: crash })).rejects.toThrow('crash');
  expect(await reachable(tenant)).toBe(lastStep === 'active');
  await provision({ tenant });
  expect(await reachable(tenant)).toBe(true);
  // And once more, which changes nothing.
  await provision({ tenant });
  expect(await reachable(tenant)).toBe(true);
});

test('a tenant that two make at the same time is made once', async () => {
  const tenant = v7();
  await Promise.all([1, 2, 3].map(() => provision({ tenant })));
  expect(await reachable(tenant)).toBe(true);
});

test('until its privileges are set, nobody can connect to a new database', async () => {
  const open: { step: Step; open: boolean }[] = [];
  const tenant = v7();
  const server = connectAdmin(inject('superuserUrl'));
  const database = `quixess_t_${tenant.replaceAll('-', '')}`;
  for (const lastStep of everyStep) {
    await provision({
      tenant,
      progress: (step) => {
        if (step === lastStep) throw new Error('look');
      },
    }).catch(() => undefined);
    const { rows } = await sql<{ open: boolean }>`
      select datallowconn and has_database_privilege('public', oid, 'connect') as open
      from pg_database where datname = ${database}`.execute(server);
    if (rows[0]) open.push({ step: lastStep, open: rows[0].open });
  }
  await server.destroy();
  expect(open.length).toBeGreaterThan(3);
  expect(open.filter((look) => look.open)).toEqual([]);
});

test('tenants are migrated one by one; one that cannot be reached stops no other', async () => {
  const one = await connectOwn();
  try {
    const [broken, whole] = [await one.fresh.tenant(), await one.fresh.tenant()];
    await one.owner.updateTable('tenants').set({ database: 'quixess_t_gone' }).where('id', '=', broken).execute();
    const seen = [];
    for await (const outcome of migrateTenants(one.owner, {
      provisionerUrl: one.fresh.provisionerUrl,
      cluster: 'main',
    }))
      seen.push(outcome);
    expect(seen).toEqual([
      { tenant: broken, migrations: [], failure: expect.objectContaining({ code: '3D000' }) },
      { tenant: whole, migrations: [] },
    ]);
  } finally {
    await one.owner.destroy();
    await one.fresh.close();
  }
});

async function connectOwn() {
  const own = await freshControl();
  return { fresh: own, owner: connectControl(own.ownerUrl, { maxConnections: 1 }) };
}
