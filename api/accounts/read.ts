import { sql } from 'kysely';
import { z } from 'zod';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { capabilitiesOf, grantsIn } from '../../meta/capabilities.ts';
import { Platform } from '../connections/shapes.ts';
import { id, instant, toInstant } from '../shapes.ts';

const Capability = z
  .object({
    name: z.string(),
    available: z.boolean(),
    reason: z.string().nullable(),
    remedy: z.string().nullable().meta({ description: 'how to get it' }),
  })
  .meta({ id: 'Capability' });

export const Account = z
  .object({
    id,
    connection: id,
    platform: Platform,
    metaId: z.string(),
    name: z.string(),
    username: z.string().nullable(),
    pictureUrl: z.string().nullable(),
    followers: z.int().nullable(),
    connectedAt: instant,
    capabilities: z.array(Capability),
  })
  .meta({ id: 'Account' });

/** @param further the permissions that the login asks for besides the nine */
export async function readAccounts(
  db: TenantDb,
  further: readonly string[] = [],
  only?: readonly string[],
): Promise<z.input<typeof Account>[]> {
  let accounts = db
    .selectFrom('accounts as a')
    .leftJoin('credentials as page', (on) => on.onRef('page.account', '=', 'a.id').on('page.kind', '=', 'page'))
    .leftJoin('credentials as user', (on) =>
      on.onRef('user.connection', '=', 'a.connection').on('user.kind', '=', 'user'),
    )
    .distinctOn('a.id')
    .selectAll('a')
    .select(['page.health'])
    // What the account's own token was granted, as long as there is one; and of several tokens the one that lives.
    // But how long Meta shows data counts from when the person was here, of which the login knows first.
    .select(({ fn }) => [
      fn.coalesce('page.scopes', 'user.scopes').as('scopes'),
      fn.coalesce('page.granular_scopes', 'user.granular_scopes').as('granular_scopes'),
      sql<boolean>`coalesce(coalesce("user".data_access_expires_at, page.data_access_expires_at) <= clock_timestamp(), false)`.as(
        'data_access_ended',
      ),
    ])
    .orderBy('a.id')
    .orderBy('page.health');
  if (only) accounts = accounts.where('a.id', 'in', only);
  const rows = await accounts.execute();
  return rows.map((row) => ({
    id: row.id,
    connection: row.connection,
    platform: row.platform,
    metaId: row.meta_id,
    name: row.name,
    username: row.username,
    pictureUrl: row.picture_url,
    followers: row.followers_count,
    connectedAt: toInstant(row.connected_at),
    capabilities: row.health === 'dead' ? noneOf(row, further) : grantedTo(row, further),
  }));
}

interface Grants {
  platform: 'facebook' | 'instagram';
  meta_id: string;
  page_meta_id: string;
  scopes: string[] | null;
  granular_scopes: unknown;
  tasks: string[];
  data_access_ended: boolean;
}

const grantedTo = (row: Grants, further: readonly string[]) =>
  capabilitiesOf({
    platform: row.platform,
    metaId: row.meta_id,
    pageMetaId: row.page_meta_id,
    scopes: row.scopes ?? [],
    granularScopes: grantsIn(row.granular_scopes),
    tasks: row.tasks,
    dataAccessEnded: row.data_access_ended,
    further,
  }).map(({ capability, available, reason, remedy }) => ({
    name: capability,
    available,
    reason: reason ?? null,
    remedy: remedy ?? null,
  }));

const noneOf = (row: Grants, further: readonly string[]) =>
  grantedTo(row, further).map(({ name }) => ({
    name,
    available: false,
    reason: 'Meta no longer accepts the login of this account.',
    remedy: 'Connect again.',
  }));
