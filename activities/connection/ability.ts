import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Diagnostic } from '../../db/tenant/targets/record.ts';
import { capabilitiesOf, grantsIn } from '../../meta/capabilities.ts';
import { meaningOf } from '../graph/reactions.ts';

/** A login that may act for an account now. */
export interface LivingCredential {
  id: string;
  sealed: Buffer;
  /** Why it cannot publish, where it was not granted that. */
  objection: string | undefined;
}

/** The living credentials of an account, the one to use first: one that may publish before one that may not, the owner's before a spare. */
export async function livingCredentials(db: TenantDb, account: string): Promise<LivingCredential[]> {
  const rows = await db
    .selectFrom('credentials as c')
    .innerJoin('accounts as a', 'a.id', 'c.account')
    .select(['c.id', 'c.token_sealed', 'c.scopes', 'c.granular_scopes', 'a.platform', 'a.meta_id', 'a.page_meta_id'])
    .where('c.account', '=', account)
    .where('c.kind', '=', 'page')
    .where('c.health', '=', 'alive')
    .where('c.token_sealed', 'is not', null)
    .orderBy(sql`c.connection = a.connection`, 'desc')
    .orderBy('c.obtained_at', 'desc')
    .execute();
  const living = rows.flatMap(({ id, token_sealed, ...grants }) =>
    token_sealed ? [{ id, sealed: token_sealed, objection: objectionTo(grants) }] : [],
  );
  return [...living.filter((one) => !one.objection), ...living.filter((one) => one.objection)];
}

interface Grants {
  platform: 'facebook' | 'instagram';
  meta_id: string;
  page_meta_id: string;
  scopes: string[];
  granular_scopes: unknown;
}

function objectionTo({ platform, meta_id, page_meta_id, scopes, granular_scopes }: Grants): string | undefined {
  const account = { platform, metaId: meta_id, pageMetaId: page_meta_id, scopes };
  const granted = capabilitiesOf({ ...account, granularScopes: grantsIn(granular_scopes) });
  const publish = granted.find(({ capability }) => capability === 'publish');
  return publish && !publish.available ? `${publish.reason} ${publish.remedy}` : undefined;
}

export type Ability =
  | { able: true; credential: string; sealed: Buffer }
  | { able: false; reason: string; diagnostic: Diagnostic };

/** Whether anything is left to publish to an account with, and if not, why. */
export async function publishAbility(db: TenantDb, account: string): Promise<Ability> {
  const [best] = await livingCredentials(db, account);
  if (best && !best.objection) return { able: true, credential: best.id, sealed: best.sealed };
  if (best?.objection) return { able: false, reason: best.objection, diagnostic: {} };
  const dead = await db
    .selectFrom('credentials')
    .select('diagnostic')
    .where('account', '=', account)
    .where('health', '=', 'dead')
    .orderBy('health_since', 'desc')
    .executeTakeFirst();
  const diagnostic = (dead?.diagnostic ?? {}) as Diagnostic;
  return { able: false, reason: meaningOf(diagnostic.code ?? 190, diagnostic.subcode).words, diagnostic };
}

/**
 * Whoever decides by what an account is able to, and whoever brings it a token, wait for each other: otherwise what is held while a new login
 * comes would be looked for before it is held.
 * @returns false where the account is gone
 */
export async function lockAccount(trx: TenantDb, account: string): Promise<boolean> {
  const locked = await trx
    .selectFrom('accounts')
    .select('id')
    .where('id', '=', account)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return locked !== undefined;
}

/** For a decision that hangs on it. @returns undefined where the account is gone */
export const lockedAbility = async (trx: TenantDb, account: string): Promise<Ability | undefined> =>
  (await lockAccount(trx, account)) ? publishAbility(trx, account) : undefined;
