import { randomBytes } from 'node:crypto';
import { withDatabase } from '../../db/admin.ts';
import { recordCluster } from '../../db/control/clusters.ts';
import { type ControlDb, connectControl } from '../../db/control/connect.ts';
import { createControl } from '../../db/control/create.ts';
import { provisionTenant } from '../../db/tenant/provision.ts';
import { intakePublicKeyOf } from '../../db/vault/master.ts';
import { server } from './servers.ts';

export interface FreshControl {
  provisionerUrl: string;
  apiUrl: string;
  workerUrl: string;
  /** The control database as its owner: what no process of the product may do, a test may. */
  ownerUrl: string;
  masterKey: string;
  catalogueKey: string;
  intakePublicKey: string;
  routeKey: string;
  mediaUrlKey: string;
  /** As the worker's login. */
  control: ControlDb;
  /** Makes a tenant; answers its id. */
  tenant(name?: string): Promise<string>;
  /** Ends the connections; the databases go with the server. */
  close(): Promise<void>;
}

const key = () => randomBytes(32).toString('base64');

/** A control database of one's own with logins and keys of its own, on the server that all test files share. */
export async function freshControl(): Promise<FreshControl> {
  const provisionerUrl = server('provisionerUrl');
  const suffix = randomBytes(6).toString('hex');
  const database = `quixess_control_${suffix}`;
  const api = { user: `quixess_api_${suffix}`, password: randomBytes(12).toString('hex') };
  const worker = { user: `quixess_worker_${suffix}`, password: randomBytes(12).toString('hex') };
  await createControl({ provisionerUrl, database, api, worker });

  const ownerUrl = withDatabase(provisionerUrl, database);
  const owner = connectControl(ownerUrl, { maxConnections: 1 });
  await recordCluster(owner, provisionerUrl);
  await owner.destroy();

  const workerUrl = as(ownerUrl, worker);
  const control = connectControl(workerUrl);
  const masterKey = key();
  const catalogueKey = key();
  return {
    provisionerUrl,
    apiUrl: as(ownerUrl, api),
    workerUrl,
    ownerUrl,
    masterKey,
    catalogueKey,
    intakePublicKey: intakePublicKeyOf(masterKey),
    routeKey: key(),
    mediaUrlKey: key(),
    control,
    tenant: async (name = 'Test') => {
      const provision = { provisionerUrl, controlUrl: ownerUrl, masterKey, catalogueKey, name };
      return (await provisionTenant(provision)).tenant;
    },
    close: () => control.destroy(),
  };
}

function as(url: string, { user, password }: { user: string; password: string }): string {
  const login = new URL(url);
  login.username = user;
  login.password = password;
  return login.href;
}
