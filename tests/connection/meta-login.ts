import { sql } from 'kysely';
import { connectionActivities } from '../../activities/connection/index.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type NewPage, newPerson, type Person } from './person.ts';
import type { Place, Ticked } from './place.ts';

/** A Meta login in a tenant, brought where a test wants it step by step, as a worker does it. */
export class MetaLogin {
  readonly #place: Place;
  readonly #act: ReturnType<typeof connectionActivities>;
  readonly tenant: string;
  readonly person: Person;
  readonly connection: string;

  private constructor(place: Place, tenant: string, person: Person, connection: string) {
    this.#place = place;
    this.#act = connectionActivities(place.parts);
    this.tenant = tenant;
    this.person = person;
    this.connection = connection;
  }

  /** Somebody has come back from the dialog, for the first time or once more. */
  static async of(
    place: Place,
    tenant: string,
    person: Person,
    { ticked, nowMs = Date.now() }: { ticked?: Ticked | undefined; nowMs?: number } = {},
  ): Promise<MetaLogin> {
    const authorization = await place.returned(tenant, person, ticked);
    await connectionActivities(place.parts).exchangeCode({ tenant, authorization, nowMs });
    const attempt = await place.parts.tenants.use(tenant, (db) =>
      db.selectFrom('authorizations').select('connection').where('id', '=', authorization).executeTakeFirstOrThrow(),
    );
    return new MetaLogin(place, tenant, person, attempt.connection ?? '');
  }

  /** The same of somebody new at Meta, who has these Pages. */
  static async ofSomebody(
    place: Place,
    tenant: string,
    pages: NewPage[],
    ticked?: (person: Person) => Ticked,
  ): Promise<MetaLogin> {
    const person = await newPerson(place.simulator, pages);
    return MetaLogin.of(place, tenant, person, { ticked: ticked?.(person) });
  }

  /** Logs in and connects the accounts of these names. */
  static async connected(place: Place, tenant: string, person: Person, names: string[]): Promise<MetaLogin> {
    const login = await MetaLogin.of(place, tenant, person);
    await login.discover();
    await login.connect(names);
    return login;
  }

  discover = () => this.#act.discoverAccounts({ tenant: this.tenant, connection: this.connection });

  /** Discovers, and answers with the sentences about what is missing. */
  async missing(): Promise<string[]> {
    await this.discover();
    return this.rows(async (db) => {
      const row = db.selectFrom('connections').select('missing').where('id', '=', this.connection);
      return (await row.executeTakeFirstOrThrow()).missing as string[];
    });
  }

  found = () =>
    this.rows((db) =>
      db.selectFrom('found_accounts').selectAll().where('connection', '=', this.connection).orderBy('name').execute(),
    );

  /** Chooses, of what was found, just these names (an Instagram account's may be its username). */
  choose = (names: string[]) =>
    this.rows(async (db) => {
      const chosen = sql<boolean>`name = any(${names}) or coalesce(username = any(${names}), false)`;
      await db.updateTable('found_accounts').set({ chosen }).where('connection', '=', this.connection).execute();
      await db.updateTable('connections').set({ state: 'connecting' }).where('id', '=', this.connection).execute();
    });

  adopt = () => this.#act.adoptChosenAccounts({ tenant: this.tenant, connection: this.connection, nowMs: Date.now() });

  async connect(names: string[]): Promise<string> {
    await this.choose(names);
    return this.adopt();
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
