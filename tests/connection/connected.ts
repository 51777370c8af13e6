import { sealPlace } from '../../activities/connection/credential.ts';
import { connectionActivities } from '../../activities/connection/index.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { MetaLogin } from './meta-login.ts';
import type { Person } from './person.ts';
import type { Place } from './place.ts';

export interface Connected {
  tenant: string;
  connection: string;
  rows<T>(work: (db: TenantDb) => Promise<T>): Promise<T>;
  credential(kind: 'user' | 'page', account?: string): Promise<Credential>;
  accounts(): Promise<Account[]>;
  notices(): Promise<{ about: string; words: string; remedy: string | null }[]>;
  /** The token in a credential, as only a worker can open it. */
  token(kind: 'user' | 'page'): Promise<string>;
}

type Credential = Awaited<ReturnType<typeof readCredentials>>[number];
type Account = Awaited<ReturnType<typeof readAccounts>>[number];

const readCredentials = (db: TenantDb, connection: string) =>
  db.selectFrom('credentials').selectAll().where('connection', '=', connection).orderBy('id').execute();
const readAccounts = (db: TenantDb, connection: string) =>
  db.selectFrom('accounts').selectAll().where('connection', '=', connection).orderBy('platform').execute();

/** Connects a person with all of their Pages, step by step as a workflow would. */
export async function connect(place: Place, tenant: string, person: Person, nowMs = Date.now()): Promise<Connected> {
  const act = connectionActivities(place.parts);
  const rows = <T>(work: (db: TenantDb) => Promise<T>) => place.parts.tenants.use(tenant, work);
  const { connection, discover } = await MetaLogin.of(place, tenant, person, { nowMs });
  await discover();
  await rows((db) => chooseAll(db, connection));
  await act.adoptChosenAccounts({ tenant, connection, nowMs });
  const credential = async (kind: 'user' | 'page', account?: string) => {
    const all = await rows((db) => readCredentials(db, connection));
    const found = all.find((one) => one.kind === kind && (!account || one.account === account));
    if (!found) throw new Error(`There is no ${kind} credential`);
    return found;
  };
  return {
    ...{ tenant, connection, rows, credential },
    accounts: () => rows((db) => readAccounts(db, connection)),
    notices: () => rows((db) => db.selectFrom('notices').selectAll().orderBy('created_at').execute()),
    token: async (kind) => {
      const { id, token_sealed } = await credential(kind);
      if (!token_sealed) throw new Error('The token was discarded');
      return place.parts.vault.open(sealPlace(tenant, id), token_sealed);
    },
  };
}

/** As the API does it when a member chooses everything. */
export async function chooseAll(db: TenantDb, connection: string): Promise<void> {
  await db.updateTable('found_accounts').set({ chosen: true }).where('connection', '=', connection).execute();
  await db.updateTable('connections').set({ state: 'connecting' }).where('id', '=', connection).execute();
}
