import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type AdminDb, asAdmin, withDatabase } from '../../db/admin.ts';
import { connectControl } from '../../db/control/connect.ts';
import { ensureTemplate } from '../../db/tenant/template.ts';
import { openPassword } from '../../db/vault/catalogue.ts';
import { configuredKeys } from '../../db/vault/configured-keys.ts';
import { openWorkerPassword } from '../../db/vault/worker-password.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';

let fresh: FreshControl;
let mine: string;
let others: string;
let logins: Record<'api' | 'worker', (database: string) => string>;
beforeAll(async () => {
  fresh = await freshControl();
  const [tenant, other] = [await fresh.tenant(), await fresh.tenant()];
  mine = databaseOf(tenant);
  others = databaseOf(other);
  const owner = connectControl(fresh.ownerUrl, { maxConnections: 1 });
  const row = await owner.selectFrom('tenants').selectAll().where('id', '=', tenant).executeTakeFirstOrThrow();
  await owner.destroy();
  const api = await openPassword(fresh.catalogueKey, tenant, row.api_password_sealed);
  const worker = await openWorkerPassword(configuredKeys(fresh), tenant, row.worker_password_sealed);
  logins = {
    api: (database) => as(`${mine}_api`, api, database),
    worker: (database) => as(`${mine}_worker`, worker, database),
  };
});
afterAll(() => fresh.close());

const databaseOf = (tenant: string) => `quixess_t_${tenant.replaceAll('-', '')}`;

function as(user: string, password: string, database: string): string {
  const url = new URL(withDatabase(fresh.provisionerUrl, database));
  url.username = user;
  url.password = password;
  return url.href;
}

const run = (statement: string) => (db: AdminDb) => sql.raw(statement).execute(db);
const denied = /permission denied|must be owner/;

describe.for(['api', 'worker'] as const)("a tenant's %s login", (role) => {
  test('connects to its own database', async () => {
    await asAdmin(logins[role](mine), run('select * from posts'));
  });

  test('cannot connect to another tenant, to control, to postgres, template1 or the template', async () => {
    const template = await ensureTemplate(inject('provisionerUrl'));
    const control = new URL(fresh.workerUrl).pathname.slice(1);
    for (const database of [others, control, 'postgres', 'template1'])
      await expect(asAdmin(logins[role](database), run('select 1')), database).rejects.toThrow(
        `permission denied for database "${database}"`,
      );
    await expect(asAdmin(logins[role](template), run('select 1'))).rejects.toThrow('not currently accepting');
  });

  test('cannot become anybody else', async () => {
    for (const other of [
      ...[`${mine}_owner`, `${mine}_${role === 'api' ? 'worker' : 'api'}`, `${others}_${role}`, `${others}_owner`],
      ...['quixess_provisioner', 'quixess_tenant_worker', 'quixess_tenant_api', 'postgres', 'pg_database_owner'],
    ]) {
      await expect(asAdmin(logins[role](mine), run(`set role "${other}"`)), other).rejects.toThrow(denied);
      await expect(asAdmin(logins[role](mine), run(`set session authorization "${other}"`)), other).rejects.toThrow(
        denied,
      );
    }
  });

  test('gives away nothing that it may do itself', async () => {
    // PostgreSQL only warns where there is nothing that may be granted.
    await asAdmin(logins[role](mine), run('grant all on accounts, posts to public')).catch(() => undefined);
    await asAdmin(logins[role](mine), run(`grant connect on database "${mine}" to public`)).catch(() => undefined);
    const { rows } = await asAdmin(logins.worker(mine), (db) =>
      sql<{ given: boolean }>`
        select has_table_privilege('public', 'accounts', 'select') or has_table_privilege('public', 'posts', 'select')
          or has_database_privilege('public', current_database(), 'connect') as given`.execute(db),
    );
    expect(rows).toEqual([{ given: false }]);
  });

  test('changes no schema', async () => {
    for (const statement of [
      ...['create table mine (id int)', 'create temporary table mine (id int)', 'create schema mine'],
      ...[
        'alter table posts add column mine int',
        'drop table posts',
        'truncate posts',
        'create index on posts (text)',
      ],
      ...['create function mine() returns int language sql as $$ select 1 $$', 'create extension pgcrypto'],
      ...[`alter database ${'"'}${mine}${'"'} allow_connections false`],
      ...['create role mine', 'create database mine', 'select * from migration.kysely_migration'],
      ...["copy posts to '/tmp/mine'", "copy posts from program 'true'", "select pg_read_file('/etc/passwd')"],
    ])
      await expect(asAdmin(logins[role](mine), run(statement)), statement).rejects.toThrow(denied);
  });
});

test("everything in a tenant's database belongs to the owner role of that database, which nobody logs in as", async () => {
  const { rows } = await asAdmin(inject('superuserUrl').replace(/\/postgres$/, `/${mine}`), (db) =>
    sql<{ owner: string }>`
      select distinct relowner::regrole::text as owner from pg_class
      where relnamespace in ('public'::regnamespace, 'migration'::regnamespace)
      union select datdba::regrole::text || case when rolcanlogin then ' logs in' else '' end
        from pg_database join pg_roles r on r.oid = datdba where datname = current_database()
      order by owner`.execute(db),
  );
  expect(rows).toEqual([{ owner: 'pg_database_owner' }, { owner: `${mine}_owner` }]);
});

describe('the API login of a tenant', () => {
  test('reads no sealed column, by whatever way', async () => {
    const { rows } = await asAdmin(inject('superuserUrl').replace(/\/postgres$/, `/${mine}`), (db) =>
      sql<{ table: string; column: string }>`
        select table_name as table, column_name as column from information_schema.columns
        where table_schema = 'public' and column_name like '%sealed%'`.execute(db),
    );
    expect(rows.length).toBeGreaterThanOrEqual(2);
    for (const { table, column } of rows)
      for (const statement of [
        `select ${column} from ${table}`,
        `select * from ${table}`,
        `select ${table} from ${table}`,
        `select 1 from ${table} where ${column} is not null`,
        `update ${table} set id = id returning ${column}`,
        `copy ${table} to stdout`,
      ])
        await expect(asAdmin(logins.api(mine), run(statement)), statement).rejects.toThrow(denied);
  });

  test('hands an OAuth code over, and cannot read it back', async () => {
    const values = `('${v7()}', '${v7()}', '${v7()}', '\\x01', now())`;
    const insert = `insert into authorizations (id, session, person, state_hash, expires_at) values ${values} returning id, status`;
    await asAdmin(logins.api(mine), run(insert));
    await asAdmin(logins.api(mine), run(`update authorizations set code_sealed = '\\x02', status = 'returned'`));
    await expect(asAdmin(logins.api(mine), run('select code_sealed from authorizations'))).rejects.toThrow(denied);
  });

  test('writes neither the ledger nor what Meta said', async () => {
    for (const statement of [
      ...['delete from ledger', "update ledger set status = 'done'", 'delete from witness_reads'],
      ...[
        'delete from audit_log',
        "update audit_log set action = 'x'",
        'delete from accounts',
        // It may destroy a token, which it cannot read; it cannot put another in its place.
        "update credentials set token_sealed = ''",
        "update credentials set health = 'alive'",
      ],
      ...['insert into connections (id) values (null)', 'delete from connections'],
    ])
      await expect(asAdmin(logins.api(mine), run(statement)), statement).rejects.toThrow(denied);
  });
});

describe('the logins of the processes', () => {
  test('cannot connect to a tenant, to postgres, or to the control database of another deployment', async () => {
    const elsewhere = await freshControl();
    const control = new URL(elsewhere.workerUrl).pathname.slice(1);
    for (const url of [fresh.apiUrl, fresh.workerUrl])
      for (const database of [mine, 'postgres', 'template1', control])
        await expect(asAdmin(withDatabase(url, database), run('select 1')), database).rejects.toThrow(denied);
    await elsewhere.close();
  });

  test('change no schema of the control database and become nobody else', async () => {
    for (const url of [fresh.apiUrl, fresh.workerUrl])
      for (const statement of [
        ...[
          'create table mine (id int)',
          'create temporary table mine (id int)',
          'alter table tenants add column mine int',
        ],
        ...[
          'set role quixess_provisioner',
          'set role quixess_control_worker',
          'select * from migration.kysely_migration',
        ],
      ])
        await expect(asAdmin(url, run(statement)), statement).rejects.toThrow(denied);
  });

  test('leave claims to the workers: the API can neither take nor release one', async () => {
    for (const statement of [
      "insert into workflows (id, claimed_by) values ('publish:t:x', gen_random_uuid())",
      'update workflows set claimed_by = gen_random_uuid(), claimed_at = now()',
      'update workflows set claimed_by = null, claimed_at = null',
      'delete from workflows',
    ])
      await expect(asAdmin(fresh.apiUrl, run(statement)), statement).rejects.toThrow(denied);
  });
});
