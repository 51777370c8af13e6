import { v7 as uuidv7 } from 'uuid';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { GraphClient } from '../graph/client.ts';
import { alone } from './alone.ts';
import { keepToken, type UserCredential } from './credential.ts';
import { resumeHeld } from './dependents.ts';
import type { Missing } from './missing.ts';
import { type PageAnswer, readPageWithToken } from './page-token.ts';
import type { At, ConnectionParts, ConnectionRef } from './parts.ts';
import { instagramProfile, type Profile, pageProfile, readInstagram } from './profile.ts';
import { keepRoutes } from './routes.ts';
import { subscribe } from './subscribe.ts';

export interface ChosenAccount {
  platform: 'facebook' | 'instagram';
  meta_id: string;
  page_meta_id: string;
  name: string;
  username: string | null;
  tasks: string[];
}

interface PageChoice {
  user: Pick<UserCredential, 'token' | 'scopes'>;
  pageMetaId: string;
  /** The Page, its Instagram account, or both. Where the Page itself is not among them it only carries: its id and token are kept, nothing else. */
  accounts: readonly ChosenAccount[];
}

/** Adopts what was chosen of one Page. @returns what is missing nevertheless; `no token` where Meta gives none for this Page */
export async function adoptPage(
  parts: ConnectionParts,
  ref: At<ConnectionRef>,
  { user, pageMetaId, accounts }: PageChoice,
): Promise<Missing[] | 'no token'> {
  const answer = await readPageWithToken(parts.graph, user, pageMetaId);
  if (!answer) return 'no token';
  for (const account of accounts) {
    const profile = await readProfile(parts.graph, account, answer);
    await keepRoutes(parts, ref.tenant, account);
    const adopted = await parts.tenants.use(ref.tenant, (db) =>
      db.transaction().execute((trx) => adopt(parts, trx, ref, account, profile, answer)),
    );
    await resumeHeld(parts, { tenant: ref.tenant, account: adopted });
  }
  const granted = { token: answer.token, scopes: answer.facts.scopes };
  // Not while another tenant that leaves the Page decides whether anybody still needs the subscription.
  return alone(parts, 'page', pageMetaId, () => subscribe(parts.graph, pageMetaId, granted, accounts));
}

async function readProfile(
  graph: GraphClient,
  account: ChosenAccount,
  { page, token, facts }: PageAnswer,
): Promise<Profile> {
  if (account.platform === 'facebook') return pageProfile(account, page);
  return instagramProfile(
    account,
    (await readInstagram(graph, account.meta_id, { token, scopes: facts.scopes })) ?? {},
  );
}

/** An account that another connection of the tenant owns stays there; this login's token is kept as its spare. */
async function adopt(
  parts: ConnectionParts,
  trx: TenantDb,
  { tenant, connection, nowMs }: At<ConnectionRef>,
  { platform, meta_id, page_meta_id, tasks }: ChosenAccount,
  profile: Profile,
  { token, facts }: PageAnswer,
): Promise<string> {
  const { id: account } = await trx
    .insertInto('accounts')
    .values({ id: uuidv7(), connection, platform, meta_id, page_meta_id, tasks, ...profile })
    .onConflict((conflict) =>
      conflict.columns(['platform', 'meta_id']).doUpdateSet({ page_meta_id, tasks, ...profile }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  await keepToken(parts, trx, { tenant, connection, account, token, facts, nowMs });
  return account;
}
