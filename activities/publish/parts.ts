import type { Client } from '@temporalio/client';
import type { ControlDb } from '../../db/control/connect.ts';
import type { MediaStore } from '../../db/media/store.ts';
import type { TenantPools } from '../../db/tenant/pools.ts';
import type { Vault } from '../../db/vault/vault.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Claims } from './claims.ts';
import type { Rush } from './rush.ts';

/** What publishing needs; a worker wires it once. */
export interface PublishParts {
  control: ControlDb;
  tenants: TenantPools;
  vault: Vault;
  media: MediaStore;
  /** An address under which Meta can fetch a file for as long as it takes to publish it. */
  mediaAddress(tenant: string, media: string): string;
  graph: GraphClient;
  /** Key of the hash under which Meta's ids lead to tenants. */
  routeKey: string;
  /** Nudges what else depends on a login that was found dead. */
  temporal: Client;
  claims: Claims;
  rush: Rush;
  /** Scales the delays of the witness; 1 but in fault suites. */
  witnessFactor: number;
  /** The worker is going down: attempts that have not claimed give way at once. */
  goingDown: AbortSignal;
}

export interface TargetRef {
  tenant: string;
  target: string;
}

/** A target at the revision that the workflow acts for. */
export interface WantedTarget extends TargetRef {
  wanted: number;
}
