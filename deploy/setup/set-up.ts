import type { Logger } from 'pino';
import { type AdminDb, alone, connectAdmin, withDatabase } from '../../db/admin.ts';
import { ownCluster, recordCluster } from '../../db/control/clusters.ts';
import { type ControlDb, connectControl } from '../../db/control/connect.ts';
import { type ControlPlan, createControl } from '../../db/control/create.ts';
import { migrateTenants } from '../../db/tenant/migrate-tenants.ts';
import { type Provision, provisionTenant } from '../../db/tenant/provision.ts';
import { ensureTemplate } from '../../db/tenant/template.ts';
import type { Config } from '../config.ts';
import { makeDemo } from './demo.ts';
import { planControl } from './plan.ts';
import { closeToStrangers, requireCapable } from './server.ts';

export interface SetUpOptions {
  demo: boolean;
  log: Logger;
}

/**
 * Brings a server to what this version needs: roles, control database, template, every tenant's schema. What is there
 * already is left alone, so that it may run before every start; two at once wait for each other.
 * @throws ConfigError, or what PostgreSQL answered
 */
export async function setUp(config: Config<'setup'>, options: SetUpOptions): Promise<void> {
  const plan = planControl(config);
  const server = connectAdmin(config.DATABASE_URL);
  try {
    await requireCapable(server);
    await alone(server, `quixess setup of ${plan.database}`, () => prepare(config, plan, server, options));
  } finally {
    await server.destroy();
  }
}

async function prepare(config: Config<'setup'>, plan: ControlPlan, server: AdminDb, { demo, log }: SetUpOptions) {
  log.info({ migrations: await createControl(plan), database: plan.database }, 'control database is ready');
  await closeToStrangers(server, log);
  log.info({ template: await ensureTemplate(plan.provisionerUrl) }, 'tenant template is ready');

  const provision = {
    provisionerUrl: plan.provisionerUrl,
    controlUrl: withDatabase(plan.provisionerUrl, plan.database),
    masterKey: config.MASTER_KEY,
    previousMasterKey: config.MASTER_KEY_PREVIOUS,
    catalogueKey: config.CATALOGUE_KEY,
    previousCatalogueKey: config.CATALOGUE_KEY_PREVIOUS,
  };
  const control = connectControl(provision.controlUrl, { maxConnections: 2 });
  try {
    await recordCluster(control, plan.provisionerUrl);
    await takeUpUnfinished(control, provision, log);
    await migrateAll(control, plan, log);
    if (demo) log.info(await makeDemo(control, provision), 'demo tenant is ready');
  } finally {
    await control.destroy();
  }
  log.info('setup is done');
}

async function takeUpUnfinished(control: ControlDb, provision: Omit<Provision, 'name'>, log: Logger): Promise<void> {
  const unfinished = await control
    .selectFrom('tenants')
    .select(['id', 'name'])
    .where('state', '=', 'provisioning')
    .execute();
  for (const { id, name } of unfinished) {
    await provisionTenant({ ...provision, name, tenant: id });
    log.info({ tenant: id }, 'tenant whose making was interrupted is ready');
  }
}

async function migrateAll(control: ControlDb, { provisionerUrl }: ControlPlan, log: Logger): Promise<void> {
  let failures = 0;
  for await (const outcome of migrateTenants(control, { provisionerUrl, cluster: ownCluster })) {
    const { tenant, migrations, failure } = outcome;
    if (failure) failures += 1;
    if (failure) log.error({ tenant, reason: failure.message }, 'tenant could not be migrated');
    else if (migrations.length) log.info({ tenant, migrations }, 'tenant is migrated');
  }
  if (failures) throw new Error(`${failures} tenant databases could not be migrated; the log names them and says why.`);
}
