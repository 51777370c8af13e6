import { passing } from '../failures.ts';
import { inspectToken } from '../graph/tokens.ts';
import { publishAbility } from './ability.ts';
import { keepToken, sealPlace, type UserCredential } from './credential.ts';
import { holdDependents, resumeHeld } from './dependents.ts';
import { isProvenDead } from './discard.ts';
import { discardPage } from './discard-page.ts';
import { keepUpGrants } from './keep-up-grants.ts';
import { readPageWithToken } from './page-token.ts';
import type { At, ConnectionParts, ConnectionRef } from './parts.ts';
import { type Bearer, instagramProfile, pageProfile, readInstagram, readPage } from './profile.ts';
import { mendRoutes } from './routes.ts';
import { repairSubscription } from './subscribe.ts';

export interface KeptAccount {
  account: string;
  platform: 'facebook' | 'instagram';
  meta_id: string;
  page_meta_id: string;
  name: string;
  username: string | null;
  credential: string;
  token_sealed: Buffer | null;
  scopes: string[];
  granular_scopes: unknown;
}

interface KeptPage {
  pageMetaId: string;
  /** The Page, its Instagram account, or both; they share what Meta says about the Page's token. */
  accounts: readonly KeptAccount[];
  /** The person's own, where it lives: it may give another Page token for a dead one. */
  user: UserCredential | undefined;
}

/**
 * Looks at the accounts of one Page: token, grants, profile, subscription.
 * @throws ApplicationFailure, retryable, for passing faults
 */
export async function keepUpPage(parts: ConnectionParts, ref: At<ConnectionRef>, page: KeptPage): Promise<void> {
  const { graph, tenants, vault } = parts;
  const [first] = page.accounts;
  if (!first?.token_sealed) return;
  const token = await vault.open(sealPlace(ref.tenant, first.credential), first.token_sealed);
  const said = await inspectToken(graph, token);
  if (!said.ok) throw passing('Meta does not say whether a Page token lives', said.failure.retryAfterMs);
  if (!said.data.valid) {
    if (await replaceToken(parts, ref, page)) return;
    const { data } = said;
    if (!isProvenDead(data)) throw passing('Meta does not say whether a Page token lives');
    const dead = page.accounts.flatMap(({ token_sealed: sealed, ...of }) => (sealed ? [{ ...of, sealed }] : []));
    await tenants.use(ref.tenant, (db) => discardPage(db, dead, data));
    for (const { account } of page.accounts) await holdDependents(parts, { tenant: ref.tenant, account });
    return;
  }
  for (const account of page.accounts) {
    const at = { tenant: ref.tenant, account: account.account };
    const before = await tenants.use(at.tenant, (db) => publishAbility(db, at.account));
    await tenants.use(at.tenant, (db) => keepUpGrants(db, account, said.data));
    // Meta's own refusal stands where nothing was missing; an earlier look may have been cut short by a fault.
    if (!(await holdDependents(parts, at))) await resumeHeld(parts, at, before.able ? 'unrefused' : 'all');
    await mendRoutes(parts, ref.tenant, account);
    await keepUpProfile(parts, ref, account, { token, scopes: said.data.scopes });
  }
  if (said.data.scopes.includes('pages_manage_metadata'))
    await repairSubscription(graph, page.pageMetaId, { token, scopes: said.data.scopes });
}

/** @returns whether Meta gave another token for the dead one */
async function replaceToken(
  parts: ConnectionParts,
  { tenant, connection, nowMs }: At<ConnectionRef>,
  { pageMetaId, accounts, user }: KeptPage,
): Promise<boolean> {
  const answer = user && (await readPageWithToken(parts.graph, user, pageMetaId));
  if (!answer) return false;
  const { token, facts } = answer;
  await parts.tenants.use(tenant, (db) =>
    db.transaction().execute(async (trx) => {
      for (const { account } of accounts)
        await keepToken(parts, trx, { tenant, connection, account, token, facts, nowMs });
    }),
  );
  for (const { account } of accounts) await resumeHeld(parts, { tenant, account });
  return true;
}

/** A Page that only carries an Instagram account has no row here, and is not read. */
async function keepUpProfile(
  { graph, tenants }: ConnectionParts,
  { tenant }: ConnectionRef,
  account: KeptAccount,
  as: Bearer,
): Promise<void> {
  const ofPage = account.platform === 'facebook';
  const said = await (ofPage ? readPage : readInstagram)(graph, account.meta_id, as);
  if (!said) return;
  const profile = (ofPage ? pageProfile : instagramProfile)(account, said);
  await tenants.use(tenant, (db) =>
    db.updateTable('accounts').set(profile).where('id', '=', account.account).execute(),
  );
}
