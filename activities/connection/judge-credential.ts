import type { TenantDb } from '../../db/tenant/pools.ts';
import type { GraphFailure } from '../graph/client.ts';
import type { TokenFacts } from '../graph/tokens.ts';
import { publishAbility } from './ability.ts';
import { narrowed, noneIfDamaged, sealPlace } from './credential.ts';
import { type AccountRef, holdDependents } from './dependents.ts';
import { inspected } from './discard.ts';
import { discardPage } from './discard-page.ts';
import type { ConnectionParts } from './parts.ts';

/** A Page token that a call was made with. */
export interface UsedCredential {
  id: string;
  token: string;
  /** The token as it lies in its row. */
  sealed: Buffer;
}

/**
 * `lives`: Meta itself says that the token is good, so that the refusal proves nothing. `another`: of no use any more, and another
 * login takes over, of another person or a new one of the same. `none`: nothing is left, and what depended on it is held.
 */
export type Verdict = 'lives' | 'another' | 'none';

type Parts = Pick<ConnectionParts, 'control' | 'tenants' | 'temporal' | 'vault' | 'graph'>;

/**
 * Asks Meta about a Page token whose call was refused as a dead login's, or for want of a permission, and keeps what it says: a dead token is
 * discarded at once, and one that lost a permission loses what that gave. Nothing but Meta's own word about the token changes anything.
 * @throws ApplicationFailure, retryable, when Meta does not say
 */
export async function judgeCredential(
  parts: Parts,
  ref: AccountRef,
  used: UsedCredential,
  { reaction }: Pick<GraphFailure, 'reaction'>,
): Promise<Verdict> {
  const { tenants } = parts;
  const facts = await inspected(parts.graph, used.token);
  const accounts = facts.valid
    ? await tenants.use(ref.tenant, (db) => keepGrants(db, ref.account, used, facts))
    : await discardPageToken(parts, ref, used, facts);
  for (const account of accounts) await holdDependents(parts, { ...ref, account });
  const ability = await tenants.use(ref.tenant, (db) => publishAbility(db, ref.account));
  if (!ability.able) return 'none';
  if (ability.credential !== used.id || !ability.sealed.equals(used.sealed)) return 'another';
  return reaction === 'reauthorize' ? 'lives' : 'none';
}

/** @returns the accounts that used this very token: a Page's, and that of the Instagram account which it carries */
async function discardPageToken(
  { tenants, vault }: Parts,
  { tenant }: AccountRef,
  used: UsedCredential,
  why: TokenFacts,
): Promise<string[]> {
  const same = await tenants.use(tenant, async (db) => {
    const copies = await copiesOf(db, used.id);
    const opened = copies.map(async ({ sealed, ...copy }) => {
      const token = sealed && (await vault.open(sealPlace(tenant, copy.credential), sealed).catch(noneIfDamaged));
      return sealed && token === used.token ? [{ ...copy, sealed }] : [];
    });
    return (await Promise.all(opened)).flat();
  });
  await tenants.use(tenant, (db) => discardPage(db, same, why));
  return same.map((one) => one.account);
}

const copiesOf = (db: TenantDb, credential: string) =>
  db
    .selectFrom('credentials as c')
    .innerJoin('accounts as a', 'a.id', 'c.account')
    .select(['c.id as credential', 'a.id as account', 'a.name', 'c.token_sealed as sealed'])
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('credentials as dead')
          .innerJoin('accounts as of', 'of.id', 'dead.account')
          .select('dead.id')
          .where('dead.id', '=', credential)
          .whereRef('dead.connection', '=', 'c.connection')
          .whereRef('of.page_meta_id', '=', 'a.page_meta_id'),
      ),
    )
    .execute();

async function keepGrants(db: TenantDb, account: string, used: UsedCredential, facts: TokenFacts): Promise<string[]> {
  const of = await db
    .selectFrom('accounts')
    .select(['meta_id', 'page_meta_id'])
    .where('id', '=', account)
    .executeTakeFirst();
  if (!of) return [];
  await db
    .updateTable('credentials')
    .set({
      scopes: facts.scopes,
      granular_scopes: JSON.stringify(narrowed(facts.granularScopes, [of.meta_id, of.page_meta_id])),
    })
    .where('id', '=', used.id)
    .where('token_sealed', '=', used.sealed)
    .execute();
  return [account];
}
