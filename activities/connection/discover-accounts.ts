import type { TenantDb } from '../../db/tenant/pools.ts';
import { scopesToAsk } from '../../meta/permissions.ts';
import { userCredential } from './credential.ts';
import { discard, proveDead } from './discard.ts';
import { findPages } from './find-pages.ts';
import { foundIn } from './found.ts';
import { keepFound } from './keep-found.ts';
import { missingFrom } from './missing.ts';
import type { ConnectionParts, ConnectionRef } from './parts.ts';
import { readUngranted } from './ungranted.ts';

/** `moved on`: the row is no longer about discovering, or another login has come, so that nothing was written. */
export type Discovered = 'found' | 'moved on' | 'dead';

interface Discovering extends ConnectionRef {
  /** What `renewPageTokens` answered: the accounts that are connected have tokens of that login. Absent where a run began before it did. */
  renewedOf?: number | null | undefined;
}

/**
 * Finds every Page and linked Instagram account of a login, with a sentence for whatever is missing.
 * @throws ApplicationFailure, retryable, for passing faults
 */
export const discoverAccounts =
  (parts: ConnectionParts) =>
  async ({ renewedOf, ...ref }: Discovering): Promise<Discovered> => {
    const { graph, tenants } = parts;
    const user = await userCredential(parts, ref);
    if (!user) return 'dead';
    if (renewedOf !== undefined && renewedOf !== user.obtainedAtMs) return 'moved on';
    const sighted = await findPages(graph, user.token, user);
    if (sighted.refused) {
      const dead = await proveDead(graph, user.token);
      if (dead) {
        await tenants.use(ref.tenant, (db) => discard(db, ref.connection, user, { ...sighted.refused, ...dead }));
        return 'dead';
      }
    }
    const asked = scopesToAsk(parts.furtherPermissions);
    const lacking = asked.filter((name) => !user.scopes.includes(name));
    const ungranted = await readUngranted(graph, user.token, lacking);
    const connected = await tenants.use(ref.tenant, (db) => readConnected(db, ref.connection));
    const missing = missingFrom({ ...user, ...sighted, asked, ungranted, connected });
    const found = oncePerAccount(sighted.pages.flatMap(foundIn));
    const discovery = { user, found, missing, ungranted };
    const kept = await tenants.use(ref.tenant, (db) => keepFound(db, ref.connection, discovery));
    return kept ? 'found' : 'moved on';
  };

/** An Instagram account that two Pages claim is one account all the same. */
const oncePerAccount = <Account extends { platform: string; metaId: string }>(accounts: readonly Account[]) => [
  ...new Map(accounts.map((account) => [`${account.platform} ${account.metaId}`, account])).values(),
];

const readConnected = (db: TenantDb, connection: string) =>
  db.selectFrom('accounts').select(['platform', 'meta_id', 'name']).where('connection', '=', connection).execute();
