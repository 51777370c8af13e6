import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { sealPlace } from '../../activities/connection/credential.ts';
import { type AdminDb, connectAdmin, withDatabase } from '../../db/admin.ts';
import { openAsWorker } from '../../db/tenant/open-as-worker.ts';
import { provisionTenant } from '../../db/tenant/provision.ts';
import { openPassword } from '../../db/vault/catalogue.ts';
import { configuredKeys } from '../../db/vault/configured-keys.ts';
import { unwrapDataKey, wrapDataKey } from '../../db/vault/data-key.ts';
import { Vault, VaultError } from '../../db/vault/vault.ts';
import { type Api, type Person, startApi } from '../api/api.ts';
import { images, seedAccount, seedConnection, seedFound } from '../api/seed.ts';
import { type Cluster, startCluster } from '../stack/second-cluster.ts';
import { rowsOf } from './rows.ts';
import { type Operation, operationsOf, sample } from './sample.ts';

const canary = 'CANARY-of-another-tenant-5c1e';

let api: Api;
let victim: string;
let attacker: string;
let victimOwner: Person;
let vault: Vault;
/** Every id that the victim has anywhere. */
let ids: string[];

beforeAll(async () => {
  api = await startApi();
  [victim, attacker] = [await api.fresh.tenant(canary), await api.fresh.tenant('Attacker')];
  vault = await Vault.open({ masterKey: api.fresh.masterKey, control: api.fresh.control });
  victimOwner = await api.person(victim, 'owner');
  ids = await furnish();
});
afterAll(() => api.stop());

const databaseOf = (tenant: string) => `quixess_t_${tenant.replaceAll('-', '')}`;

/** Something of everything, with the canary in every text. */
async function furnish(): Promise<string[]> {
  const { client } = victimOwner;
  const make = async (path: string, body?: unknown) => (await client.post<{ id: string }>(path, body)).body.id;
  const seeded = await api.rows(victim, async (db) => {
    const connection = await seedConnection(db, 'choosing');
    const found = await seedFound(db, connection, canary);
    const account = await seedAccount(db, connection);
    await db.updateTable('accounts').set({ name: canary }).execute();
    const notice = { id: v7(), about: 'connection', subject: connection, words: canary };
    await db.insertInto('notices').values(notice).execute();
    return { connection, found, account, notice: notice.id };
  });
  await api.control.updateTable('people').set({ name: canary }).where('id', '=', victimOwner.id).execute();
  const media = await make('/v1/media', images.png);
  const post = { text: canary, media: [{ id: media }], targets: [{ account: seeded.account, kind: 'feed' }] };
  const made = [
    await make('/v1/posts', post),
    await make('/v1/authorizations'),
    await make('/v1/api-keys', { name: canary, role: 'owner' }),
    await make('/v1/members', { email: `${canary}@example.test`, role: 'owner' }),
  ];
  const targets = await api.rows(victim, (db) => db.selectFrom('targets').select('id').execute());
  return [...Object.values(seeded), ...targets.map(({ id }) => id), media, ...made, victimOwner.id, victim].filter(
    (id) => id !== undefined,
  );
}

describe("3.3 another tenant's ids on every route of the document", () => {
  let operations: Operation[];
  let document: Parameters<typeof operationsOf>[0];
  beforeAll(async () => {
    document = (await api.stranger().get<typeof document>('/openapi.json')).body;
    operations = operationsOf(document);
  });

  /** Telling who is logged in ends, or begins anew, the attacker's own session; it has a test of its own. */
  const own = new Set(['DELETE /v1/session', 'POST /v1/session']);

  test('show nothing, change nothing, and are answered as if there were no such thing', async () => {
    const { client } = await api.person(attacker, 'owner');
    const before = await stateOfVictim();
    const wrong: string[] = [];
    let tried = 0;
    for (const { method, path, body } of operations) {
      const name = `${method} ${path}`;
      if (own.has(name)) continue;
      const named = /\{\w+\}/.test(path);
      for (const id of ids) {
        tried += 1;
        const sent = method === 'GET' || !body ? undefined : sample(document, body, id);
        const answer = await client.send(method, path.replaceAll(/\{\w+\}/g, id), sent);
        if (shows(answer.body, id)) wrong.push(`${name} shows it`);
        if (named && path.startsWith('/v1/') && answer.status < 300) wrong.push(`${name} answers ${answer.status}`);
        if (answer.status >= 500 && path !== '/readyz') wrong.push(`${name} breaks with ${answer.status}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(200);
    expect(await stateOfVictim()).toEqual(before);
  });

  test('in a session there is no way into a tenant that is not yours', async () => {
    const { client, id } = await api.person(attacker, 'owner');
    expect((await client.patch('/v1/session', { tenant: victim })).status).toBe(404);
    // Whatever the session's row says: without a membership it opens nothing.
    await api.control.updateTable('sessions').set({ tenant: victim }).where('person', '=', id).execute();
    for (const path of ['/v1/posts', '/v1/accounts', '/v1/audit', '/v1/members', '/v1/tenant'])
      expect((await client.get(path)).status).toBe(403);
  });

  /** A word of the victim's, or an id of theirs beside the one that was sent. */
  function shows(answer: unknown, sent: string): boolean {
    const text = JSON.stringify(answer).toLowerCase();
    return [canary.toLowerCase(), ...ids.filter((id) => id !== sent)].some((word) => text.includes(word));
  }

  async function stateOfVictim() {
    const of = (table: 'memberships' | 'api_keys' | 'invitations') =>
      api.control.selectFrom(table).selectAll().where('tenant', '=', victim).execute();
    const tenant = await api.control.selectFrom('tenants').selectAll().where('id', '=', victim).execute();
    return [
      await rowsOf(databaseOf(victim)),
      tenant,
      await of('memberships'),
      (await of('api_keys')).map((key) => ({ ...key, last_used_at: null })),
      await of('invitations'),
    ];
  }
});

describe.each(['api', 'worker'] as const)("3.3 a tenant's %s login at the database", (role) => {
  let url: (database: string) => string;
  beforeAll(async () => {
    const row = await api.control
      .selectFrom('tenants')
      .selectAll()
      .where('id', '=', attacker)
      .executeTakeFirstOrThrow();
    const password =
      role === 'api'
        ? await openPassword(api.fresh.catalogueKey, attacker, row.api_password_sealed)
        : await vault.openWorkerPassword(attacker, row.worker_password_sealed);
    url = (database) => {
      const login = new URL(withDatabase(api.fresh.provisionerUrl, database));
      login.username = role === 'api' ? row.api_role : row.worker_role;
      login.password = password;
      return login.href;
    };
  });

  const run = async (statement: string, database = databaseOf(attacker)) => {
    const db: AdminDb = connectAdmin(url(database));
    try {
      return await sql.raw(statement).execute(db);
    } finally {
      await db.destroy();
    }
  };
  const own = () => databaseOf(attacker);
  const other = () => databaseOf(victim);

  test('opens its own database', async () => {
    await run('select count(*) from posts');
  });

  test('opens no other', async () => {
    const { rows } = await sql<{ name: string }>`select datname as name from pg_database`.execute(api.control);
    const names = rows.map(({ name }) => name).filter((name) => name !== own());
    expect(names).toContain(other());
    for (const name of names)
      await expect(run('select 1', name), name).rejects.toThrow(
        /permission denied for database|not currently accepting|does not exist/,
      );
  });

  test('becomes nobody else', async () => {
    const { rows } = await sql<{ name: string }>`
      select rolname as name from pg_roles where rolname <> ${`${own()}_${role}`}`.execute(api.control);
    const roles = rows.map(({ name }) => name);
    expect(roles).toContain(`${other()}_owner`);
    for (const name of roles) {
      await expect(run(`set role "${name}"`), name).rejects.toThrow(/permission denied|does not exist/);
      await expect(run(`set session authorization "${name}"`), name).rejects.toThrow(
        /permission denied|does not exist/,
      );
    }
  });

  const doors = [
    ...['dblink', 'postgres_fdw', 'file_fdw', 'adminpack', 'lo', 'plpython3u', 'plperlu', 'pageinspect'].map(
      (extension) => `create extension ${extension}`,
    ),
    ...['create server s foreign data wrapper postgres_fdw', 'create foreign data wrapper w'],
    ...["create subscription s connection 'dbname=x' publication p", 'create publication p for all tables'],
    ...["select dblink_connect('dbname=postgres')", "select dblink('dbname=postgres', 'select 1')"],
    ...["copy posts from program 'true'", "copy (select 1) to program 'true'"],
    ...["copy posts from '/etc/passwd'", "copy (select 1) to '/tmp/quixess'"],
    ...["select lo_import('/etc/passwd')", "select lo_export(1, '/tmp/quixess')"],
    ...["select pg_read_file('/etc/passwd')", "select pg_read_binary_file('/etc/passwd')", "select pg_ls_dir('/')"],
    ...["select pg_stat_file('/etc/passwd')", 'select pg_current_logfile()', 'select pg_rotate_logfile()'],
    ...[
      'select * from pg_authid',
      'select * from pg_shadow',
      'select pg_reload_conf()',
      'select * from pg_hba_file_rules',
    ],
    ...["alter system set log_statement = 'all'", "load 'dblink'", 'create role r superuser', 'create database d'],
    ...["do language plpython3u 'pass'", 'create function f() returns int language internal as $$x$$'],
    ...[
      "create function f() returns int language c as 'dblink'",
      'create schema s',
      'create temporary table t (id int)',
    ],
    ...["select pg_logical_emit_message(true, 'x', 'y') from pg_create_logical_replication_slot('s', 'pgoutput')"],
  ];

  test.each(doors)('has no door: %s', async (statement) => {
    await expect(run(statement)).rejects.toThrow(
      /permission denied|must be (owner|superuser)|does not exist|is not available|must have|access to library/,
    );
  });

  test('is no member of a role that reads files, runs programs or signals others', async () => {
    const { rows } = await run(`select rolname from pg_roles where rolname like 'pg\\_%' and pg_has_role(oid, 'usage')
      and rolname <> 'pg_database_owner'`);
    expect(rows).toEqual([]);
  });

  test('sees neither the statements nor the large objects of others', async () => {
    const hidden = await api.rows(victim, async (db) => {
      await sql`select ${canary}::text as seen`.execute(db);
      const { rows } = await run(
        `select query from pg_stat_activity where query like '%${canary.slice(0, 20)}%' and usename <> current_user`,
      );
      return rows;
    });
    expect(hidden).toEqual([]);
    const superuser = connectAdmin(withDatabase(inject('superuserUrl'), own()));
    const { rows } = await sql<{ oid: number }>`select lo_from_bytea(0, 'secret') as oid`.execute(superuser);
    await superuser.destroy();
    await expect(run(`select lo_get(${rows[0]?.oid})`)).rejects.toThrow('permission denied');
  });
});

describe('3.3 what only looks right', () => {
  const where = (tenant: string, row: string) => sealPlace(tenant, row);

  test("a token's ciphertext opens in no other row and in no other tenant", async () => {
    const [mine, theirs] = [v7(), v7()];
    const stolen = await vault.seal(where(victim, theirs), canary);
    expect(await vault.open(where(victim, theirs), stolen)).toBe(canary);
    for (const place of [
      where(victim, mine),
      where(attacker, theirs),
      where(attacker, mine),
      { ...where(victim, theirs), column: 'code_sealed' },
      { ...where(victim, theirs), table: 'authorizations' },
    ])
      await expect(vault.open(place, stolen)).rejects.toThrow(VaultError);
  });

  test("a token's ciphertext opens in no other tenant, though that one were given the very same key", async () => {
    const [twin, row] = [await api.fresh.tenant('Twin'), v7()];
    const stolen = await vault.seal(where(victim, row), canary);
    const keys = configuredKeys({ masterKey: api.fresh.masterKey });
    const wrapped = (tenant: string) =>
      api.control.selectFrom('tenant_keys').select('wrapped').where('tenant', '=', tenant).executeTakeFirstOrThrow();
    const key = await unwrapDataKey(keys, victim, 1, (await wrapped(victim)).wrapped);
    const same = await wrapDataKey(keys, twin, 1, key);
    await api.control.updateTable('tenant_keys').set({ wrapped: same }).where('tenant', '=', twin).execute();
    await expect(vault.open(where(twin, row), stolen)).rejects.toThrow(VaultError);
    expect(await vault.open(where(twin, row), await vault.seal(where(twin, row), 'own'))).toBe('own');
  });

  test("the victim's wrapped key in the attacker's catalogue opens nothing", async () => {
    const forged = await api.fresh.tenant('Forged key');
    const stolen = await vault.seal(where(victim, v7()), canary);
    const { wrapped } = await api.control
      .selectFrom('tenant_keys')
      .select('wrapped')
      .where('tenant', '=', victim)
      .executeTakeFirstOrThrow();
    await api.control.updateTable('tenant_keys').set({ wrapped }).where('tenant', '=', forged).execute();
    const fresh = await Vault.open({ masterKey: api.fresh.masterKey, control: api.fresh.control });
    await expect(fresh.open(where(forged, v7()), stolen)).rejects.toThrow();
    await expect(fresh.seal(where(forged, v7()), 'x')).rejects.toThrow();
  });

  test.each(['api', 'worker'] as const)('a forged catalogue row leads the %s nowhere', async (role) => {
    const forged = await api.fresh.tenant('Forged');
    const row = await api.control.selectFrom('tenants').selectAll().where('id', '=', victim).executeTakeFirstOrThrow();
    const { api_role, api_password_sealed, worker_role, worker_password_sealed } = row;
    const stolen = { api_role, api_password_sealed, worker_role, worker_password_sealed };
    // The name of a database belongs to one row: the forger takes the victim's place.
    await api.control.updateTable('tenants').set({ database: 'elsewhere' }).where('id', '=', victim).execute();
    const { client } = await api.person(forged, 'owner');
    const opens = async () => {
      if (role === 'worker') return api.rows(forged, (db) => sql`select 1`.execute(db)).then(Boolean, () => false);
      return (await client.get('/v1/posts')).status < 500;
    };
    try {
      for (const place of [{ database: row.database, ...stolen }, { database: row.database }]) {
        await api.control.updateTable('tenants').set(place).where('id', '=', forged).execute();
        expect(await opens()).toBe(false);
      }
    } finally {
      await api.control
        .updateTable('tenants')
        .set({ database: `nowhere_${forged}` })
        .where('id', '=', forged)
        .execute();
      await api.control.updateTable('tenants').set({ database: row.database }).where('id', '=', victim).execute();
    }
    expect((await victimOwner.client.get('/v1/posts')).status).toBe(200);
  });
});

describe('3.3 tenants on two clusters', () => {
  let second: Cluster;
  let there: string;
  let person: Person;
  beforeAll(async () => {
    second = await startCluster();
    const place = { host: '127.0.0.1', port: second.port, tls: false };
    await api.control
      .insertInto('clusters')
      .values({ id: 'second', ...place })
      .execute();
    const { masterKey, catalogueKey, ownerUrl: controlUrl } = api.fresh;
    const provision = { provisionerUrl: second.provisionerUrl, controlUrl, masterKey, catalogueKey };
    there = (await provisionTenant({ ...provision, name: 'Far away', cluster: 'second' })).tenant;
    person = await api.person(there, 'owner');
  });
  afterAll(() => second?.stop());

  test('each lives on its own, for API and worker alike, and the catalogue says where', async () => {
    const account = await api.rows(there, async (db) => seedAccount(db, await seedConnection(db)));
    const post = { text: 'Far away', targets: [{ account, kind: 'feed' }] };
    expect((await person.client.post('/v1/posts', post)).status).toBe(201);
    expect((await person.client.get<{ items: unknown[] }>('/v1/posts')).body.items).toHaveLength(1);
    expect(await databases(second.superuserUrl)).toContain(databaseOf(there));
    expect(await databases(second.superuserUrl)).not.toContain(databaseOf(victim));
    expect(await databases(inject('superuserUrl'))).not.toContain(databaseOf(there));
    expect((await victimOwner.client.get('/v1/posts')).status).toBe(200);
  });

  test('a catalogue that names the wrong cluster leads nowhere', async () => {
    const limits = { maxConnectionsPerTenant: 1, maxConnections: 2 };
    const { tenants: pools } = await openAsWorker(api.fresh, limits);
    const use = () => pools.use(victim, (db) => sql`select 1`.execute(db));
    await api.control.updateTable('tenants').set({ cluster: 'second' }).where('id', '=', victim).execute();
    await expect(use()).rejects.toThrow(/does not exist|authentication failed/);
    await api.control.updateTable('tenants').set({ cluster: 'main' }).where('id', '=', victim).execute();
    await pools.close();
  });

  test('one that is down takes no tenant of the other with it', async () => {
    await second.stop();
    expect((await person.client.get('/v1/posts')).status).toBe(503);
    expect((await victimOwner.client.get('/v1/posts')).status).toBe(200);
  });

  async function databases(superuserUrl: string): Promise<string[]> {
    const db = connectAdmin(superuserUrl);
    const { rows } = await sql<{ name: string }>`select datname as name from pg_database`.execute(db);
    await db.destroy();
    return rows.map(({ name }) => name);
  }
});
