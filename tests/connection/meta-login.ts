import { sql } from 'kysely';
import { connectionActivities } from '../../activities/connection/index.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Person } from './person.ts';
import type { Place, Ticked } from './place.ts';

/** A Meta login in a tenant, brought where a test wants it by the activities themselves. */
export class MetaLogin {
  readonly #place: Place;
  readonly tenant: string;
  readonly connection: string;

  private constructor(place: Place, tenant: string, connection: string) {
    this.#place = place;
    this.tenant = tenant;
    this.connection = connection;
  }

  /** Somebody logs in, or logs in once more. */
  static async again(place: Place, tenant: string, person: Person, ticked?: Ticked): Promise<MetaLogin> {
    const authorization = await place.returned(tenant, person, ticked);
    await connectionActivities(place.parts).exchangeCode({ tenant, authorization, nowMs: Date.now() });
    const attempt = await place.parts.tenants.use(tenant, (db) =>
      db.selectFrom('authorizations').select('connection').where('id', '=', authorization).executeTakeFirst(),
    );
    return new MetaLogin(place, tenant, attempt?.connection ?? '');
  }

  /** Logs in and connects the accounts of these names. */
  static async connected(place: Place, tenant: string, person: Person, names: string[]): Promise<MetaLogin> {
    const login = await MetaLogin.again(place, tenant, person);
    await login.choose(names);
    return login;
  }

  /** Finds the accounts, and connects those of these names (an Instagram account's may be its username). */
  async choose(names: string[]): Promise<string> {
    const { tenant, connection } = this;
    const act = connectionActivities(this.#place.parts);
    await act.discoverAccounts({ tenant, connection });
    await this.rows(async (db) => {
      const chosen = sql<boolean>`name = any(${names}) or coalesce(username = any(${names}), false)`;
      await db.updateTable('found_accounts').set({ chosen }).where('connection', '=', connection).execute();
      await db.updateTable('connections').set({ state: 'connecting' }).where('id', '=', connection).execute();
    });
    return act.adoptChosenAccounts({ tenant, connection, nowMs: Date.now() });
  }

  rows<T>(work: (db: TenantDb) => Promise<T>): Promise<T> {
    return this.#place.parts.tenants.use(this.tenant, work);
  }

  /** The id of a connected account. */
  async account(name: string): Promise<string> {
    const row = await this.rows((db) =>
      db
        .selectFrom('accounts')
        .select('id')
        .where((eb) => eb.or([eb('name', '=', name), eb('username', '=', name)]))
        .executeTakeFirstOrThrow(),
    );
    return row.id;
  }
}
