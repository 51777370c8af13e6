import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type AdminDb, connectAdmin } from '../../db/admin.ts';
import { connectControl } from '../../db/control/connect.ts';
import { openAsWorker } from '../../db/tenant/open-as-worker.ts';
import { type TenantDb, TenantNotFound, TenantPools, TenantPoolsBusy } from '../../db/tenant/pools.ts';
import { openPassword } from '../../db/vault/catalogue.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';

let fresh: FreshControl;
let server: AdminDb;
let tenants: string[];
beforeAll(async () => {
  fresh = await freshControl();
  server = connectAdmin(inject('superuserUrl'));
  tenants = [];
  for (let i = 0; i < 4; i += 1) tenants.push(await fresh.tenant());
});
afterAll(async () => {
  await server.destroy();
  await fresh.close();
});

async function withPools<T>(
  cap: { perTenant: number; all: number; turnMs?: number },
  work: (pools: TenantPools) => Promise<T>,
): Promise<T> {
  const control = connectControl(fresh.apiUrl, { maxConnections: 2 });
  const pools = new TenantPools({
    control,
    role: 'api',
    openPassword: (tenant, sealed) => openPassword(fresh.catalogueKey, tenant, sealed),
    maxConnectionsPerTenant: cap.perTenant,
    maxConnections: cap.all,
    ...(cap.turnMs && { turnMs: cap.turnMs }),
  });
  try {
    return await work(pools);
  } finally {
    await pools.close();
    await control.destroy();
  }
}

const databaseOf = (tenant: string) => `quixess_t_${tenant.replaceAll('-', '')}`;
const whereAmI = async (db: TenantDb) =>
  (await sql<{ name: string }>`select current_database() as name`.execute(db)).rows[0]?.name;
async function sessions(of: string[] = tenants): Promise<number> {
  const { rows } = await sql`
    select from pg_stat_activity
    where datname = any(${of.map(databaseOf)}::text[]) and backend_type = 'client backend'`.execute(server);
  return rows.length;
}

test('everybody gets the database of the tenant they named', () =>
  withPools({ perTenant: 2, all: 4 }, async (pools) => {
    const many = Array.from({ length: 40 }, (_, i) => tenants[i % tenants.length] ?? '');
    expect(await Promise.all(many.map((tenant) => pools.use(tenant, whereAmI)))).toEqual(many.map(databaseOf));
  }));

test('a worker opens its own password with the vault', async () => {
  const limits = { maxConnectionsPerTenant: 1, maxConnections: 1 };
  const { tenants: pools } = await openAsWorker(fresh, limits);
  const whoAmI = (db: TenantDb) => sql<{ name: string }>`select session_user as name`.execute(db);
  const [tenant = ''] = tenants;
  expect((await pools.use(tenant, whoAmI)).rows).toEqual([{ name: `${databaseOf(tenant)}_worker` }]);
  await pools.close();
});

test('never more connections than allowed, whatever is asked', () =>
  withPools({ perTenant: 1, all: 2 }, async (pools) => {
    const seen: number[] = [];
    const look = async (db: TenantDb) => {
      await sql`select pg_sleep(0.01)`.execute(db);
      seen.push(await sessions());
    };
    await Promise.all(Array.from({ length: 24 }, (_, i) => pools.use(tenants[i % tenants.length] ?? '', look)));
    expect(Math.max(...seen)).toBeLessThanOrEqual(2);
  }));

test('a tenant in use is not evicted; the next one waits for it', () =>
  withPools({ perTenant: 1, all: 1 }, async (pools) => {
    const [first = '', second = ''] = tenants;
    const mayEnd = Promise.withResolvers<void>();
    const order: string[] = [];
    const long = pools.use(first, async (db) => {
      await whereAmI(db);
      await mayEnd.promise;
      expect(await whereAmI(db)).toBe(databaseOf(first));
      order.push('first');
    });
    const next = pools.use(second, async (db) => {
      await whereAmI(db);
      order.push('second');
      expect(await sessions([first])).toBe(0);
    });
    await expect.poll(() => sessions([first])).toBe(1);
    expect(order).toEqual([]);
    mayEnd.resolve();
    await Promise.all([long, next]);
    expect(order).toEqual(['first', 'second']);
  }));

test('all who wait for the same tenant enter together once it is open', () =>
  withPools({ perTenant: 1, all: 1, turnMs: 2_000 }, async (pools) => {
    const [first = '', second = ''] = tenants;
    const mayEnd = Promise.withResolvers<void>();
    const everybodyIsIn = Promise.withResolvers<void>();
    let inside = 0;
    const long = pools.use(first, () => mayEnd.promise);
    const waiting = [1, 2, 3].map(() =>
      pools.use(second, async () => {
        inside += 1;
        if (inside === 3) everybodyIsIn.resolve();
        await everybodyIsIn.promise;
      }),
    );
    mayEnd.resolve();
    await Promise.all([long, ...waiting]);
  }));

test('whose turn does not come is told so, and those before it are not disturbed', () =>
  withPools({ perTenant: 1, all: 1, turnMs: 50 }, async (pools) => {
    const [first = '', second = ''] = tenants;
    const long = pools.use(first, async (db) => {
      await expect(pools.use(second, whereAmI)).rejects.toThrow(TenantPoolsBusy);
      return whereAmI(db);
    });
    expect(await long).toBe(databaseOf(first));
    expect(await pools.use(second, whereAmI)).toBe(databaseOf(second));
  }));

test('who was used least recently gives way', () =>
  withPools({ perTenant: 1, all: 2 }, async (pools) => {
    const [a = '', b = '', c = ''] = tenants;
    for (const tenant of [a, b, a, c]) await pools.use(tenant, whereAmI);
    await expect.poll(() => sessions([b])).toBe(0);
    expect(await sessions([a])).toBe(1);
    expect(await sessions([c])).toBe(1);
  }));

test('one use inside another of the same tenant does not wait for itself', () =>
  withPools({ perTenant: 2, all: 2 }, async (pools) => {
    const [tenant = ''] = tenants;
    expect(await pools.use(tenant, () => pools.use(tenant, whereAmI))).toBe(databaseOf(tenant));
  }));

test('an unknown tenant, and one that is not active, is said not to be there', () =>
  withPools({ perTenant: 1, all: 1 }, async (pools) => {
    const owner = connectControl(fresh.ownerUrl, { maxConnections: 1 });
    const closing = await fresh.tenant();
    const become = (state: 'active' | 'closing') =>
      owner.updateTable('tenants').set({ state }).where('id', '=', closing).execute();
    await become('closing');
    for (const tenant of [v7(), 'not an id', "'; drop table tenants", closing])
      await expect(pools.use(tenant, whereAmI)).rejects.toThrow(TenantNotFound);
    // What failed is not remembered, and takes no place away.
    await become('active');
    expect(await pools.use(closing, whereAmI)).toBe(databaseOf(closing));
    expect(await pools.use(tenants[0] ?? '', whereAmI)).toBe(databaseOf(tenants[0] ?? ''));
    await owner.destroy();
  }));

test('a query that its work did not wait for is not cut off, and counts until it ends', () =>
  withPools({ perTenant: 1, all: 1 }, async (pools) => {
    const [first = '', second = '', third = ''] = tenants;
    let left: Promise<unknown> | undefined;
    await pools.use(first, async (db) => {
      const sent = Promise.withResolvers<void>();
      left = db.connection().execute(async (connection) => {
        const query = sql`select pg_sleep(3)`.execute(connection);
        sent.resolve();
        await query;
      });
      await sent.promise;
    });
    const next = [second, third].map((tenant) =>
      pools.use(tenant, async () => expect(await sessions([first])).toBe(0)),
    );
    await Promise.all(next);
    await left;
  }));

test('work that fails gives its place back', () =>
  withPools({ perTenant: 1, all: 1 }, async (pools) => {
    const [a = '', b = ''] = tenants;
    await expect(pools.use(a, (db) => sql`select 1 / 0`.execute(db))).rejects.toThrow('division by zero');
    expect(await pools.use(b, whereAmI)).toBe(databaseOf(b));
  }));

test('connections that the server ends while idle end nothing else', () =>
  withPools({ perTenant: 2, all: 2 }, async (pools) => {
    const [tenant = ''] = tenants;
    await pools.use(tenant, whereAmI);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${databaseOf(tenant)}`.execute(
      server,
    );
    await expect.poll(() => pools.use(tenant, whereAmI).catch(() => undefined)).toBe(databaseOf(tenant));
  }));

test('a transaction of the API is ended by the server after ten seconds at most', () =>
  withPools({ perTenant: 1, all: 1 }, async (pools) => {
    const limits = await pools.use(tenants[0] ?? '', (db) =>
      sql<{ name: string; setting: string }>`
        select name, setting from pg_settings where name in ('statement_timeout', 'transaction_timeout') order by name`.execute(
        db,
      ),
    );
    expect(limits.rows).toEqual([
      { name: 'statement_timeout', setting: '10000' },
      { name: 'transaction_timeout', setting: '10000' },
    ]);
  }));

test('closing waits for work under way, and refuses what comes after', async () => {
  const ended: string[] = [];
  await withPools({ perTenant: 1, all: 1 }, async (pools) => {
    const started = Promise.withResolvers<void>();
    const work = pools.use(tenants[0] ?? '', async (db) => {
      started.resolve();
      await sql`select pg_sleep(0.05)`.execute(db);
      ended.push('work');
    });
    await started.promise;
    await pools.close();
    ended.push('close');
    await work;
    await expect(pools.use(tenants[0] ?? '', whereAmI)).rejects.toThrow('closed');
  });
  expect(ended).toEqual(['work', 'close']);
});
