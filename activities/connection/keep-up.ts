import type { TenantDb } from '../../db/tenant/pools.ts';
import { noneIfDamaged, userCredential } from './credential.ts';
import { keepUpLogin } from './keep-up-login.ts';
import { type KeptAccount, keepUpPage } from './keep-up-page.ts';
import type { At, ConnectionParts, ConnectionRef } from './parts.ts';
import { type ConnectionFacts, readConnection } from './read-connection.ts';
import { Troubles } from './troubles.ts';

/**
 * Looks at everything of a connection, once a day: whether its tokens live, what is granted, how the accounts are called and look, whether Meta
 * still tells us what happens on them. A passing fault at one account changes nothing of it and keeps nobody from the others.
 * @returns the rows as they are then, so that nobody has to read them once more
 * @throws ApplicationFailure, retryable, where something could not be looked at
 */
export const keepUp =
  (parts: ConnectionParts) =>
  async (ref: At<ConnectionRef>): Promise<ConnectionFacts> => {
    const troubles = new Troubles();
    const person = () => userCredential(parts, ref).catch(noneIfDamaged);
    const user = await person();
    if (user) await troubles.goOn(() => keepUpLogin(parts, ref, user));
    const accounts = await parts.tenants.use(ref.tenant, (db) => readAccounts(db, ref.connection));
    // The login may just have been found dead.
    for (const [pageMetaId, ofPage] of Map.groupBy(accounts, ({ page_meta_id }) => page_meta_id))
      await troubles.goOn(async () => keepUpPage(parts, ref, { pageMetaId, accounts: ofPage, user: await person() }));
    troubles.end();
    await parts.tenants.use(ref.tenant, (db) => markKeptUp(db, ref));
    return readConnection(parts)(ref);
  };

const readAccounts = (db: TenantDb, connection: string): Promise<KeptAccount[]> =>
  db
    .selectFrom('credentials as c')
    .innerJoin('accounts as a', 'a.id', 'c.account')
    .select(['a.id as account', 'a.platform', 'a.meta_id', 'a.page_meta_id', 'a.name', 'a.username'])
    .select(['c.id as credential', 'c.token_sealed', 'c.scopes', 'c.granular_scopes'])
    .where('c.connection', '=', connection)
    .where('c.health', '!=', 'dead')
    .orderBy('a.id')
    .execute();

const markKeptUp = (db: TenantDb, { connection, nowMs }: At<ConnectionRef>) =>
  db
    .updateTable('connections')
    .set({ kept_up_at: new Date(nowMs) })
    .where('id', '=', connection)
    .execute();
