import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { v7 } from 'uuid';
import { inject } from 'vitest';
import { listen } from '../../api/listen.ts';
import { openParts } from '../../api/open-parts.ts';
import type { Parts } from '../../api/parts.ts';
import { type ControlDb, connectControl } from '../../db/control/connect.ts';
import { hashPassword } from '../../db/people/password.ts';
import { openAsWorker } from '../../db/tenant/open-as-worker.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Config } from '../../deploy/config.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';
import { freePort } from '../stack/free-port.ts';
import { HttpClient } from '../stack/http.ts';
import { freshNamespace } from '../stack/namespace.ts';

export type RoleName = 'owner' | 'editor' | 'viewer';

export interface Person {
  id: string;
  email: string;
  client: HttpClient;
}

/** The real API over HTTP, in this process, on databases of its own and the Temporal that all share. */
export interface Api {
  url: string;
  config: Config<'api'>;
  parts: Parts;
  fresh: FreshControl;
  control: ControlDb;
  /** What the API has logged, a line each. */
  logged: string[];
  person(tenant: string, role: RoleName): Promise<Person>;
  stranger(): HttpClient;
  /** The tenant's rows, as a worker may change them. */
  rows<T>(tenant: string, work: (db: TenantDb) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

export const password = 'correct horse battery staple';

export async function startApi(changes: Partial<Config<'api'>> = {}): Promise<Api> {
  const fresh = await freshControl();
  const folder = mkdtempSync(join(tmpdir(), 'quixess-api-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config: Config<'api'> = {
    LOG_LEVEL: 'debug',
    API_DATABASE_URL: fresh.apiUrl,
    TENANT_POOL_CONNECTIONS: 3,
    TENANT_CONNECTIONS: 12,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: await freshNamespace(inject('temporalAddress')),
    PUBLIC_URL: url,
    API_HOST: '127.0.0.1',
    API_PORT: port,
    MEDIA_DIR: folder,
    MEDIA_MAX_BYTES: 200_000,
    TENANT_MEDIA_BYTES: 10_000_000,
    REQUESTS_PER_MINUTE: 100_000,
    TENANT_REQUESTS_PER_MINUTE: 100_000,
    META_APP_ID: '1234567890123456',
    META_DIALOG_URL: 'http://127.0.0.1:4100',
    META_LOGIN_MODE: 'scope',
    META_CONFIG_ID: undefined,
    CATALOGUE_KEY: fresh.catalogueKey,
    INTAKE_PUBLIC_KEY: fresh.intakePublicKey,
    MEDIA_URL_KEY: fresh.mediaUrlKey,
    ...changes,
  };
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const { parts, close } = openParts(config, log);
  const stop = await listen(parts, config.API_HOST, config.API_PORT);
  const control = connectControl(fresh.ownerUrl);
  const limits = { maxConnectionsPerTenant: 2, maxConnections: 8 };
  const { tenants: workers } = await openAsWorker(fresh, limits);
  const stranger = () => new HttpClient(url);

  return {
    url,
    config,
    parts,
    fresh,
    control,
    logged,
    stranger,
    rows: (tenant, work) => workers.use(tenant, work),
    person: async (tenant, role) => {
      const person = { id: v7(), email: `${v7()}@example.test`, name: `A ${role}` };
      await control
        .insertInto('people')
        .values({ ...person, password_hash: await hashPassword(password) })
        .execute();
      await control.insertInto('memberships').values({ person: person.id, tenant, role }).execute();
      const client = stranger();
      await client.logIn(person.email, password);
      return { id: person.id, email: person.email, client };
    },
    stop: async () => {
      await stop(2_000);
      await close();
      await workers.close();
      await control.destroy();
      await fresh.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The same, and somebody of a new tenant, logged in. */
export async function startApiFor(
  role: RoleName,
  tenantName?: string,
): Promise<{ api: Api; tenant: string; person: Person }> {
  const api = await startApi();
  const tenant = await api.fresh.tenant(tenantName);
  return { api, tenant, person: await api.person(tenant, role) };
}
