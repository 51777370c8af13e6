import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { ControlDb } from '../db/control/connect.ts';
import type { MediaStore } from '../db/media/store.ts';
import type { TenantPools } from '../db/tenant/pools.ts';
import type { Config } from '../deploy/config.ts';
import type { Metrics } from './health/metrics.ts';
import type { Readiness } from './health/readiness.ts';
import type { Rates } from './session/rates.ts';
import type { LoginThrottle } from './session/throttle.ts';

export type Settings = Pick<
  Config<'api'>,
  | 'PUBLIC_URL'
  | 'MEDIA_MAX_BYTES'
  | 'TENANT_MEDIA_BYTES'
  | 'MEDIA_URL_KEY'
  | 'META_APP_ID'
  | 'META_DIALOG_URL'
  | 'META_LOGIN_MODE'
  | 'META_CONFIG_ID'
  | 'META_FURTHER_PERMISSIONS'
  | 'INTAKE_PUBLIC_KEY'
>;

/** What handlers work with; wired once by the process, and by a test with the same real parts. */
export interface Parts {
  settings: Settings;
  control: ControlDb;
  tenants: TenantPools;
  temporal: Client;
  media: MediaStore;
  log: Logger;
  metrics: Metrics;
  readiness: Readiness;
  throttle: LoginThrottle;
  rates: Rates;
}
