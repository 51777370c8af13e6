import type { z } from 'zod';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { toInstant, toInstantOrNull } from '../shapes.ts';
import { reviewOf } from './permission-review.ts';
import type { Connection } from './shapes.ts';

const summaryColumns = ['id', 'state', 'since', 'reason', 'remedy', 'created_at'] as const;

export async function listConnections(db: TenantDb) {
  const rows = await db.selectFrom('connections').select(summaryColumns).orderBy('created_at').orderBy('id').execute();
  return rows.map(summary);
}

/** `further`: the permissions that the login asks for besides the nine. */
export async function readConnection(
  db: TenantDb,
  id: string,
  further: readonly string[] = [],
): Promise<z.input<typeof Connection> | undefined> {
  const row = await db
    .selectFrom('connections')
    .select([...summaryColumns, 'missing'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  const credentials = await credentialsOf(db, id);
  return {
    ...summary(row),
    missing: sentences(row.missing),
    permissions: await reviewOf(db, id, further),
    credentials,
    found: await foundOf(db, id),
    accounts: await accountsOf(db, id),
  };
}

interface SummaryRow {
  id: string;
  state: z.input<typeof Connection>['state'];
  since: Date;
  reason: string | null;
  remedy: string | null;
  created_at: Date;
}

const summary = ({ id, state, since, reason, remedy, created_at }: SummaryRow) => ({
  id,
  state,
  since: toInstant(since),
  reason,
  remedy,
  createdAt: toInstant(created_at),
});

async function credentialsOf(db: TenantDb, connection: string) {
  const rows = await db
    .selectFrom('credentials')
    .select(['kind', 'account', 'health', 'health_since', 'expires_at', 'data_access_expires_at', 'refresh_at'])
    .where('connection', '=', connection)
    .orderBy('kind', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(({ health_since, expires_at, data_access_expires_at, refresh_at, ...rest }) => ({
    ...rest,
    since: toInstant(health_since),
    expiresAt: toInstantOrNull(expires_at),
    dataAccessExpiresAt: toInstantOrNull(data_access_expires_at),
    refreshAt: toInstantOrNull(refresh_at),
  }));
}

/** Meta forces it on us, so it is said before it is done. */
const carried =
  'Instagram works through the Page that it is linked to. Chosen without that Page, the id of the Page and the token for it are kept here, and nothing else of it is read or shown.';

async function foundOf(db: TenantDb, connection: string) {
  const rows = await db
    .selectFrom('found_accounts')
    .select(['id', 'platform', 'meta_id as metaId', 'name', 'username', 'chosen'])
    .where('connection', '=', connection)
    .orderBy('name')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, note: row.platform === 'instagram' ? carried : null }));
}

async function accountsOf(db: TenantDb, connection: string): Promise<string[]> {
  const rows = await db
    .selectFrom('accounts')
    .select('id')
    .where('connection', '=', connection)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Discovery writes sentences; anything else that is there is not for people. */
const sentences = (missing: unknown): string[] =>
  Array.isArray(missing) ? missing.filter((sentence) => typeof sentence === 'string') : [];
