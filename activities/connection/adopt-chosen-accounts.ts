import type { TenantDb } from '../../db/tenant/pools.ts';
import { adoptPage, type ChosenAccount } from './adopt-page.ts';
import { userCredential } from './credential.ts';
import { discard, proveDead } from './discard.ts';
import { forgetUnchosen } from './forget-unchosen.ts';
import type { Missing } from './missing.ts';
import type { At, ConnectionParts, ConnectionRef } from './parts.ts';
import { settleChoice } from './settle-choice.ts';

/** `none`: nothing could be connected, and the member chooses again. `moved on`: the row is no longer about connecting. */
export type Adopted = 'connected' | 'none' | 'moved on' | 'dead';

/**
 * Makes accounts of what a member chose, each with a sealed Page token of its own, and forgets the rest.
 * @throws ApplicationFailure, retryable, for passing faults; what was adopted until then stays
 */
export const adoptChosenAccounts =
  (parts: ConnectionParts) =>
  async (ref: At<ConnectionRef>): Promise<Adopted> => {
    const { graph, tenants } = parts;
    const chosen = await tenants.use(ref.tenant, (db) => readChosen(db, ref.connection));
    if (!chosen) return 'moved on';
    const user = await userCredential(parts, ref);
    if (!user) return 'dead';
    const missing: Missing[] = [];
    let adopted = 0;
    for (const [pageMetaId, accounts] of Map.groupBy(chosen, ({ page_meta_id }) => page_meta_id)) {
      const outcome = await adoptPage(parts, ref, { user, pageMetaId, accounts });
      if (outcome !== 'no token') {
        missing.push(...outcome);
        adopted += accounts.length;
        continue;
      }
      const dead = await proveDead(graph, user.token);
      if (dead) {
        await tenants.use(ref.tenant, (db) => discard(db, ref.connection, user, dead));
        return 'dead';
      }
      missing.push(...accounts.map(({ name }) => notGiven(name)));
    }
    if (adopted) await forgetUnchosen(parts, ref);
    return tenants.use(ref.tenant, (db) => settleChoice(db, ref.connection, missing, adopted > 0));
  };

const notGiven = (name: string): Missing =>
  `Facebook does not let this login act for ${name}. See at Facebook whether you still have a role on the Page, then connect again.`;

/** @returns undefined where the connection is not about connecting any more */
async function readChosen(db: TenantDb, connection: string): Promise<ChosenAccount[] | undefined> {
  const row = await db.selectFrom('connections').select('state').where('id', '=', connection).executeTakeFirst();
  if (row?.state !== 'connecting') return undefined;
  return db
    .selectFrom('found_accounts')
    .select(['platform', 'meta_id', 'page_meta_id', 'name', 'username', 'tasks'])
    .where('connection', '=', connection)
    .where('chosen', '=', true)
    .execute();
}
