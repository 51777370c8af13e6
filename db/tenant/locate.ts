import { validate } from 'uuid';
import type { ControlDb } from '../control/connect.ts';

export type TenantRole = 'api' | 'worker';

export interface Location {
  host: string;
  port: number;
  database: string;
  user: string;
  sealedPassword: Buffer;
  ssl: boolean;
}

/** There is no such tenant, or it is not active (still being made, or closing). */
export class TenantNotFound extends Error {
  constructor() {
    super('No such tenant');
    this.name = 'TenantNotFound';
  }
}

/**
 * Where a tenant's database is, and as whom to log in to it.
 * @throws TenantNotFound
 */
export async function locate(control: ControlDb, tenant: string, role: TenantRole): Promise<Location> {
  if (!validate(tenant)) throw new TenantNotFound();
  const found = await control
    .selectFrom('tenants')
    .innerJoin('clusters', 'clusters.id', 'tenants.cluster')
    .select(['host', 'port', 'tls as ssl', 'database'])
    .select(
      // Named one by one: each group may read its own columns only.
      role === 'api'
        ? ['api_role as user', 'api_password_sealed as sealedPassword']
        : ['worker_role as user', 'worker_password_sealed as sealedPassword'],
    )
    .where('tenants.id', '=', tenant)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (!found) throw new TenantNotFound();
  return found;
}
