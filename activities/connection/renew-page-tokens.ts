import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { keepToken, type UserCredential, userCredential } from './credential.ts';
import { resumeHeld } from './dependents.ts';
import { isLastWord } from './last-word.ts';
import { readPageWithToken } from './page-token.ts';
import type { At, ConnectionParts, ConnectionRef } from './parts.ts';
import { Troubles } from './troubles.ts';

/**
 * After the person logged in again: the accounts that are connected already get tokens of the new login, before anybody chooses
 * anything. Where Meta gives none the old token stays, since it may well live.
 * @returns when the login was obtained that they are of, in ms since the epoch; null where there is none
 * @throws ApplicationFailure, retryable, for passing faults
 */
export const renewPageTokens =
  (parts: ConnectionParts) =>
  async (ref: At<ConnectionRef>): Promise<number | null> => {
    await parts.tenants.use(ref.tenant, (db) => settleNotices(db, ref.connection));
    const user = await userCredential(parts, ref);
    if (user) await readPageTokens(parts, ref, user);
    return user?.obtainedAtMs ?? null;
  };

/**
 * Has Meta give the tokens of the connected Pages anew. A passing fault at one keeps nobody from the others.
 * @throws ApplicationFailure, retryable, for passing faults
 */
export async function readPageTokens(
  parts: ConnectionParts,
  ref: At<ConnectionRef>,
  user: UserCredential,
): Promise<void> {
  const { tenant, connection, nowMs } = ref;
  const accounts = await parts.tenants.use(tenant, (db) => readAccounts(db, connection));
  const renew = async (pageMetaId: string, ofPage: typeof accounts) => {
    const answer = await readPageWithToken(parts.graph, user, pageMetaId, isLastWord);
    if (!answer) return;
    const { token, facts } = answer;
    await parts.tenants.use(tenant, (db) =>
      db.transaction().execute(async (trx) => {
        for (const { account } of ofPage)
          await keepToken(parts, trx, { tenant, connection, account, token, facts, nowMs });
      }),
    );
    for (const { account } of ofPage) await resumeHeld(parts, { tenant, account });
  };
  const troubles = new Troubles();
  for (const [pageMetaId, ofPage] of Map.groupBy(accounts, ({ page_meta_id }) => page_meta_id))
    await troubles.goOn(() => renew(pageMetaId, ofPage));
  troubles.end();
}

/** Whoever was asked to log in has done so. */
const settleNotices = (db: TenantDb, connection: string) =>
  db
    .updateTable('notices')
    .set({ dismissed_at: sql`clock_timestamp()` })
    .where('dismissed_at', 'is', null)
    .where(({ eb, or, selectFrom }) =>
      or([
        eb('subject', '=', connection),
        eb('subject', 'in', selectFrom('accounts').select('id').where('connection', '=', connection)),
      ]),
    )
    .execute();

const readAccounts = (db: TenantDb, connection: string) =>
  db
    .selectFrom('credentials as c')
    .innerJoin('accounts as a', 'a.id', 'c.account')
    .select(['a.id as account', 'a.page_meta_id'])
    .where('c.connection', '=', connection)
    // The order in which they are locked.
    .orderBy('a.id')
    .execute();
