import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { MasterKeyMissing, type SealContext, VaultError } from '../../db/vault/vault.ts';
import { grantsIn } from '../../meta/capabilities.ts';
import type { TokenFacts } from '../graph/tokens.ts';
import { lockAccount } from './ability.ts';
import type { ConnectionParts, ConnectionRef } from './parts.ts';
import { refreshAtMs } from './refresh-moment.ts';

export const sealPlace = (tenant: string, credential: string): SealContext => ({
  tenant,
  table: 'credentials',
  row: credential,
  column: 'token_sealed',
});

/** A token that opens nowhere is damaged, or was moved there by somebody: where it is only to be given back, it is none. */
export function noneIfDamaged(error: unknown): undefined {
  if (!(error instanceof VaultError) || error instanceof MasterKeyMissing) throw error;
}

export interface UserCredential {
  id: string;
  token: string;
  /** The token as it lies in its row: who changes the row by what Meta says of this token changes it only while it is still there. */
  sealed: Buffer;
  scopes: string[];
  granularScopes: TokenFacts['granularScopes'];
  obtainedAtMs: number;
  expiresAtMs: number | null;
}

/** The person's own token. @returns undefined where it is dead, discarded or was never there */
export async function userCredential(
  { tenants, vault }: Pick<ConnectionParts, 'tenants' | 'vault'>,
  { tenant, connection }: ConnectionRef,
): Promise<UserCredential | undefined> {
  const row = await tenants.use(tenant, (db) =>
    db
      .selectFrom('credentials')
      .select(['id', 'token_sealed', 'scopes', 'granular_scopes', 'obtained_at', 'expires_at'])
      .where('connection', '=', connection)
      .where('kind', '=', 'user')
      .where('health', '!=', 'dead')
      .executeTakeFirst(),
  );
  if (!row?.token_sealed) return undefined;
  return {
    id: row.id,
    token: await vault.open(sealPlace(tenant, row.id), row.token_sealed),
    sealed: row.token_sealed,
    scopes: row.scopes,
    granularScopes: grantsIn(row.granular_scopes),
    obtainedAtMs: row.obtained_at.getTime(),
    expiresAtMs: row.expires_at?.getTime() ?? null,
  };
}

interface Kept {
  tenant: string;
  connection: string;
  /** Absent for the person's own token. */
  account?: string;
  token: string;
  facts: TokenFacts;
  nowMs: number;
}

/**
 * Seals a proven token into its row, which is alive from then on, and made where it is not there. One that was obtained later stays: who was
 * frozen since would put the token of an older login over that of a new one.
 */
export async function keepToken(
  { vault }: Pick<ConnectionParts, 'vault'>,
  trx: TenantDb,
  { tenant, connection, account, token, facts, nowMs }: Kept,
): Promise<void> {
  if (account) await lockAccount(trx, account);
  const owner = trx.selectFrom('credentials').select('id').where('connection', '=', connection).forUpdate();
  const known = account ? owner.where('account', '=', account) : owner.where('kind', '=', 'user');
  const id = (await known.executeTakeFirst())?.id ?? uuidv7();
  const grants = await grantsToKeep(trx, connection, facts, account);
  const refresh = account ? null : refreshAtMs(nowMs, facts.expiresAtMs);
  const values = {
    token_sealed: await vault.seal(sealPlace(tenant, id), token),
    scopes: facts.scopes,
    granular_scopes: JSON.stringify(grants),
    health: 'alive' as const,
    diagnostic: null,
    obtained_at: new Date(nowMs),
    expires_at: orNull(facts.expiresAtMs),
    data_access_expires_at: orNull(facts.dataAccessExpiresAtMs),
    refresh_at: orNull(refresh),
  };
  const since = sql<Date>`case when credentials.health = 'alive' then credentials.health_since else clock_timestamp() end`;
  await trx
    .insertInto('credentials')
    .values({ id, connection, account: account ?? null, kind: account ? 'page' : 'user', ...values })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ ...values, health_since: since })
        .where('credentials.obtained_at', '<=', values.obtained_at),
    )
    .execute();
}

/** What is kept of the grants of a login, or of one account's token: of the person's own everything while a member is still choosing. */
export async function grantsToKeep(
  db: TenantDb,
  connection: string,
  { granularScopes }: Pick<TokenFacts, 'granularScopes'>,
  account?: string,
): Promise<TokenFacts['granularScopes']> {
  const metaIds = await chosenIds(db, connection, account);
  return metaIds ? narrowed(granularScopes, metaIds) : granularScopes;
}

/** Meta's ids of what was chosen of a login, or of one account. @returns undefined while a member is still choosing */
async function chosenIds(db: TenantDb, connection: string, account?: string): Promise<string[] | undefined> {
  if (!account) {
    const row = await db.selectFrom('connections').select('state').where('id', '=', connection).executeTakeFirst();
    if (row?.state !== 'connected') return undefined;
  }
  const accounts = db.selectFrom('accounts as a').select(['a.meta_id', 'a.page_meta_id']);
  const rows = await (account
    ? accounts.where('a.id', '=', account)
    : accounts.innerJoin('credentials as c', 'c.account', 'a.id').where('c.connection', '=', connection)
  ).execute();
  return rows.flatMap(({ meta_id, page_meta_id }) => [meta_id, page_meta_id]);
}

/** Of what a login was granted only what concerns the accounts that were chosen: the others leave no trace. */
export const narrowed = (
  grants: TokenFacts['granularScopes'],
  metaIds: readonly string[],
): TokenFacts['granularScopes'] =>
  grants.map(({ scope, target_ids }) =>
    target_ids ? { scope, target_ids: target_ids.filter((id) => metaIds.includes(id)) } : { scope },
  );

const orNull = (ms: number | null) => (ms === null ? null : new Date(ms));
