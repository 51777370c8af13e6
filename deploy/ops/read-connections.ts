import type { TenantDb } from '../../db/tenant/pools.ts';

export interface CredentialFacts {
  id: string;
  kind: 'user' | 'page';
  /** Ours; absent for the person's own login. */
  account: string | null;
  health: string;
  since: string;
  expiresAt: string | null;
  dataAccessEndsAt: string | null;
  refreshAt: string | null;
  sealed: Buffer | null;
}

export interface ConnectionFacts {
  tenant: string;
  id: string;
  state: string;
  since: string;
  reason: string | null;
  remedy: string | null;
  credentials: CredentialFacts[];
}

/** The connections of a tenant, or one of them, each with its credentials. Names and what Meta calls them stay where they are. */
export async function readConnections(db: TenantDb, tenant: string, only?: string): Promise<ConnectionFacts[]> {
  let query = db.selectFrom('connections').select(['id', 'state', 'since', 'reason', 'remedy']).orderBy('id');
  if (only !== undefined) query = query.where('id', '=', only);
  const rows = await query.execute();
  const all = await db
    .selectFrom('credentials')
    .select(['id', 'connection', 'kind', 'account', 'health', 'health_since', 'expires_at'])
    .select(['data_access_expires_at', 'refresh_at', 'token_sealed'])
    .orderBy('kind', 'desc')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    ...row,
    tenant,
    since: row.since.toISOString(),
    credentials: all
      .filter(({ connection }) => connection === row.id)
      .map((credential) => ({
        id: credential.id,
        kind: credential.kind,
        account: credential.account,
        health: credential.health,
        since: credential.health_since.toISOString(),
        expiresAt: iso(credential.expires_at),
        dataAccessEndsAt: iso(credential.data_access_expires_at),
        refreshAt: iso(credential.refresh_at),
        sealed: credential.token_sealed,
      })),
  }));
}

const iso = (moment: Date | null) => moment?.toISOString() ?? null;

/** What may be printed of it. */
export const shown = ({ credentials, ...connection }: ConnectionFacts) => ({
  ...connection,
  credentials: credentials.map(({ sealed, ...rest }) => ({ ...rest, token: sealed ? 'sealed' : 'none' })),
});
