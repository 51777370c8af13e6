import type { TenantDb } from '../../db/tenant/pools.ts';
import { capabilitiesOf, type Grant, grantsIn } from '../../meta/capabilities.ts';
import type { TokenFacts } from '../graph/tokens.ts';
import { narrowed } from './credential.ts';
import type { KeptAccount } from './keep-up-page.ts';
import { notify } from './notify.ts';

/** Writes down what Meta grants for an account now, and says so to the members where something was taken away. */
export async function keepUpGrants(db: TenantDb, account: KeptAccount, facts: TokenFacts): Promise<void> {
  const grants = narrowed(facts.granularScopes, [account.meta_id, account.page_meta_id]);
  const written = await db
    .updateTable('credentials')
    .set({
      scopes: facts.scopes,
      granular_scopes: JSON.stringify(grants),
      data_access_expires_at: facts.dataAccessExpiresAtMs === null ? null : new Date(facts.dataAccessExpiresAtMs),
    })
    .where('id', '=', account.credential)
    // Not over what a new login has brought meanwhile.
    .where('token_sealed', '=', account.token_sealed)
    .where('health', '!=', 'dead')
    .executeTakeFirst();
  if (written.numUpdatedRows === 0n) return;
  const could = capabilities(account, account.scopes, grantsIn(account.granular_scopes));
  const can = capabilities(account, facts.scopes, facts.granularScopes);
  const lost = can.filter(
    ({ capability, available }) => !available && could.some((one) => one.capability === capability && one.available),
  );
  const remedy = lost[0]?.remedy;
  if (!remedy) return;
  const what = lost.map(({ capability }) => words[capability] ?? capability).join(', ');
  // The permissions are all there still: it is the account that is not ticked for them any more.
  const unticked = account.scopes.every((scope) => facts.scopes.includes(scope));
  const said = unticked
    ? `At Facebook ${account.name} is no longer ticked for what is needed here to ${what}. Facebook keeps one list of ticks for each person, so that it changes too when the same person connects elsewhere. Everything else goes on.`
    : `At Facebook somebody took back what ${account.name} needs here to ${what}. Everything else goes on.`;
  await notify(db, { about: 'account', subject: account.account, words: said, remedy });
}

const capabilities = ({ platform, meta_id, page_meta_id }: KeptAccount, scopes: string[], granularScopes: Grant[]) =>
  capabilitiesOf({ platform, metaId: meta_id, pageMetaId: page_meta_id, scopes, granularScopes });

const words: Partial<Record<string, string>> = {
  publish: 'publish',
  'read-posts': 'read posts',
  analytics: 'show analytics',
  sync: 'stay in step with the Page',
  'answer-comments': 'answer comments',
  messages: 'answer messages',
  insights: 'show insights',
  'delete-posts': 'delete posts',
};
