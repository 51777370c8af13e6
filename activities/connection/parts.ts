import type { Client } from '@temporalio/client';
import type { ControlDb } from '../../db/control/connect.ts';
import type { TenantPools } from '../../db/tenant/pools.ts';
import type { Vault } from '../../db/vault/vault.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Mailer } from '../mail/mailer.ts';

/** What connecting needs; a worker wires it once. */
export interface ConnectionParts {
  graph: GraphClient;
  control: ControlDb;
  tenants: TenantPools;
  vault: Vault;
  /** Nudges the workflow of a connection that was just made. */
  temporal: Client;
  /** Key of the hash under which Meta's ids lead to a tenant. */
  routeKey: string;
  /** Byte for byte what the dialog was opened with. */
  redirectUri: string;
  /** What the dialog asks for besides the nine permissions of the policy. */
  furtherPermissions?: readonly string[];
  /** Absent where the operator has set no mail server. */
  mailer?: Mailer;
}

export interface AuthorizationRef {
  tenant: string;
  authorization: string;
}

export interface ConnectionRef {
  tenant: string;
  connection: string;
}

/** Time is the workflow's, so that skipped time is skipped everywhere. */
export type At<Ref> = Ref & { nowMs: number };
