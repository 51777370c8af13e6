import { randomBytes } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { v7 } from 'uuid';
import { type AdminDb, alone, connectAdmin, withDatabase } from '../admin.ts';
import { owe } from '../control/audit/owe.ts';
import { type ControlDb, connectControl } from '../control/connect.ts';
import { ensureGroups, ensureLogin, ensureRole, groups } from '../roles.ts';
import { openWithEither, sealPassword } from '../vault/catalogue.ts';
import { configuredKeys } from '../vault/configured-keys.ts';
import { newDataKey } from '../vault/data-key.ts';
import type { KeyService } from '../vault/key-service.ts';
import { openWorkerPassword, sealWorkerPassword } from '../vault/worker-password.ts';
import { ensureTemplate } from './template.ts';

export interface Provision {
  /** The server that the tenant's cluster is, as the login that makes roles and databases. */
  provisionerUrl: string;
  /** The control database as its owner; `quixess_control` on the same server where absent. */
  controlUrl?: string;
  masterKey: string;
  /** While the master key is being replaced. */
  previousMasterKey?: string | undefined;
  catalogueKey: string;
  /** While the catalogue key is being replaced. */
  previousCatalogueKey?: string | undefined;
  name: string;
  zone?: string;
  cluster?: string;
  /** Given to take up a tenant whose making was interrupted. */
  tenant?: string;
  /** Told of every step that is done. */
  progress?: (step: Step) => void;
}

interface Making {
  o: Provision;
  tenant: string;
  database: string;
  control: ControlDb;
  server: AdminDb;
  keys: KeyService;
}

/**
 * Makes a tenant: its row and keys, its three roles, its database as a clone of the template. Every step looks first at
 * what is there, so that after a crash the same call with the same `tenant` ends where it would have ended.
 */
export async function provisionTenant(o: Provision): Promise<{ tenant: string }> {
  const tenant = o.tenant ?? v7();
  const making: Making = {
    o,
    tenant,
    database: `quixess_t_${tenant.replaceAll('-', '')}`,
    control: connectControl(o.controlUrl ?? withDatabase(o.provisionerUrl, 'quixess_control'), { maxConnections: 1 }),
    server: connectAdmin(o.provisionerUrl),
    keys: configuredKeys(o),
  };
  try {
    // The control database has made those of its own server only.
    await ensureGroups(making.server);
    await alone(making.server, `quixess tenant ${tenant}`, () => make(making));
    return { tenant };
  } finally {
    await Promise.all([making.control.destroy(), making.server.destroy()]);
    making.keys.close();
  }
}

async function make(making: Making): Promise<void> {
  for (const step of Object.keys(steps) as Step[]) {
    await steps[step](making);
    making.o.progress?.(step);
  }
}

/** In this order. A tenant is visible to nobody before the last. */
const steps = {
  catalogue: writeCatalogue,
  owner: ({ server, database }: Making) => ensureRole(server, ownerOf(database)),
  apiLogin: makeApiLogin,
  workerLogin: makeWorkerLogin,
  database: cloneTemplate,
  // A clone has no privileges of its own, which means that everybody may connect: so this comes before the door is opened.
  closed: ({ server, database }: Making) => run(server, sql`revoke all on database ${sql.id(database)} from public`),
  itsOwn: ({ server, database }: Making) =>
    run(
      server,
      sql`grant connect on database ${sql.id(database)} to ${sql.id(`${database}_api`)}, ${sql.id(`${database}_worker`)}`,
    ),
  opened: ({ server, database }: Making) => run(server, sql`alter database ${sql.id(database)} allow_connections true`),
  active: activate,
};

export type Step = keyof typeof steps;

async function writeCatalogue({ o, tenant, database, control, keys }: Making): Promise<void> {
  const password = () => randomBytes(24).toString('base64url');
  await control.transaction().execute(async (trx) => {
    const row = await trx
      .insertInto('tenants')
      .values({
        id: tenant,
        name: o.name,
        ...(o.zone && { zone: o.zone }),
        cluster: o.cluster ?? 'main',
        database,
        api_role: `${database}_api`,
        api_password_sealed: await sealPassword(o.catalogueKey, tenant, password()),
        worker_role: `${database}_worker`,
        worker_password_sealed: await sealWorkerPassword(keys, tenant, password()),
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    if (!row.numInsertedOrUpdatedRows) return;
    await trx
      .insertInto('tenant_keys')
      .values({ tenant, key_id: 1, wrapped: await newDataKey(keys, tenant, 1) })
      .execute();
  });
}

async function makeApiLogin({ o, tenant, control, server }: Making): Promise<void> {
  const { api_role, api_password_sealed } = await catalogued(control, tenant);
  const { password } = await openWithEither(o, tenant, api_password_sealed);
  await ensureLogin(server, api_role, password, groups.tenantApi);
}

async function makeWorkerLogin({ tenant, control, server, keys }: Making): Promise<void> {
  const { worker_role, worker_password_sealed } = await catalogued(control, tenant);
  const password = await openWorkerPassword(keys, tenant, worker_password_sealed);
  await ensureLogin(server, worker_role, password, groups.tenantWorker);
}

async function cloneTemplate({ o, database, server }: Making): Promise<void> {
  const { rows } = await sql`select from pg_database where datname = ${database}`.execute(server);
  if (rows.length) return;
  const template = await ensureTemplate(o.provisionerUrl);
  await sql`create database ${sql.id(database)} template ${sql.id(template)} owner ${sql.id(ownerOf(database))}
    allow_connections false`.execute(server);
}

async function activate({ tenant, control }: Making): Promise<void> {
  await control.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('tenants')
      .set({ state: 'active' })
      .where('id', '=', tenant)
      .where('state', '=', 'provisioning')
      .executeTakeFirst();
    if (numUpdatedRows > 0n)
      await owe(trx, tenant, { actor: { kind: 'operator', id: null }, action: 'tenant.made', subject: tenant });
  });
}

const catalogued = (control: ControlDb, tenant: string) =>
  control
    .selectFrom('tenants')
    .select(['api_role', 'api_password_sealed', 'worker_role', 'worker_password_sealed'])
    .where('id', '=', tenant)
    .executeTakeFirstOrThrow();

const run = async (server: AdminDb, statement: RawBuilder<unknown>): Promise<void> => {
  await statement.execute(server);
};

const ownerOf = (database: string) => `${database}_owner`;
