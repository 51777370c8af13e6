import { Client, Connection } from '@temporalio/client';
import { type Logger, pino } from 'pino';
import { connectControl } from '../db/control/connect.ts';
import { openMediaStore } from '../db/media/open-store.ts';
import { TenantPools } from '../db/tenant/pools.ts';
import { openWithEither } from '../db/vault/catalogue.ts';
import type { Config } from '../deploy/config.ts';
import { Metrics } from './health/metrics.ts';
import { Readiness } from './health/readiness.ts';
import type { Parts } from './parts.ts';
import { Rates } from './session/rates.ts';
import { LoginThrottle } from './session/throttle.ts';

const RECONNECT_WITHIN_MS = 1_000;

/** Wires the API. Nothing is connected yet: databases and Temporal are, when a request needs them, so that the API starts without them. */
export function openParts(
  config: Config<'api'>,
  log: Logger = pino({ level: config.LOG_LEVEL, base: { process: 'api' } }),
): { parts: Parts; close(): Promise<void> } {
  const control = connectControl(config.API_DATABASE_URL);
  const catalogueKeys = {
    catalogueKey: config.CATALOGUE_KEY,
    previousCatalogueKey: config.CATALOGUE_KEY_PREVIOUS,
  };
  const tenants = new TenantPools({
    control,
    role: 'api',
    openPassword: async (tenant, sealed) => (await openWithEither(catalogueKeys, tenant, sealed)).password,
    maxConnectionsPerTenant: config.TENANT_POOL_CONNECTIONS,
    maxConnections: config.TENANT_CONNECTIONS,
  });
  const connection = Connection.lazy({
    address: config.TEMPORAL_ADDRESS,
    // After an outage of Temporal the next request should find it, not wait out a back-off of two minutes.
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': RECONNECT_WITHIN_MS },
    // The SDK's own retries outlive the connection, and a retry on a closed one ends the process. Who calls decides on repeating.
    interceptors: [],
  });
  const temporal = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
  const media = openMediaStore(config);
  const parts: Parts = {
    settings: config,
    control,
    tenants,
    temporal,
    media,
    log,
    metrics: new Metrics(),
    readiness: new Readiness(control, temporal),
    throttle: new LoginThrottle(control),
    rates: new Rates({ perCaller: config.REQUESTS_PER_MINUTE, perTenant: config.TENANT_REQUESTS_PER_MINUTE }),
  };
  const close = async () => {
    await tenants.close();
    await control.destroy();
    await connection.close();
    media.close();
  };
  return { parts, close };
}
