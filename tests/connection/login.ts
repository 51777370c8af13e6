import { sql } from 'kysely';
import { connectionActivities } from '../../activities/connection/index.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type NewPage, newPerson, type Person } from './person.ts';
import type { Place, Ticked } from './place.ts';

export interface LoggedIn {
  person: Person;
  connection: string;
}

/** What a worker does when somebody of one tenant has come back from the dialog, step by step. */
export class Logins {
  readonly act: ReturnType<typeof connectionActivities>;
  readonly #place: Place;
  readonly #tenant: string;

  constructor(place: Place, tenant: string) {
    this.#place = place;
    this.#tenant = tenant;
    this.act = connectionActivities(place.parts);
  }

  rows<T>(work: (db: TenantDb) => Promise<T>): Promise<T> {
    return this.#place.parts.tenants.use(this.#tenant, work);
  }

  /** Somebody new at Meta, who has those Pages, logs in. */
  async begin(pages: NewPage[], ticked?: (person: Person) => Ticked): Promise<LoggedIn> {
    const person = await newPerson(this.#place.simulator, pages);
    return this.logIn(person, ticked?.(person));
  }

  async logIn(person: Person, ticked?: Ticked): Promise<LoggedIn> {
    const authorization = await this.#place.returned(this.#tenant, person, ticked);
    await this.act.exchangeCode({ tenant: this.#tenant, authorization, nowMs: Date.now() });
    const attempt = await this.rows((db) =>
      db.selectFrom('authorizations').select('connection').where('id', '=', authorization).executeTakeFirstOrThrow(),
    );
    return { person, connection: attempt.connection ?? '' };
  }

  discover = ({ connection }: LoggedIn) => this.act.discoverAccounts({ tenant: this.#tenant, connection });

  /** Discovers, and answers with the sentences about what is missing. */
  async missing(login: LoggedIn): Promise<string[]> {
    await this.discover(login);
    return this.rows(async (db) => {
      const row = db.selectFrom('connections').select('missing').where('id', '=', login.connection);
      return (await row.executeTakeFirstOrThrow()).missing as string[];
    });
  }

  found = ({ connection }: LoggedIn) =>
    this.rows((db) =>
      db.selectFrom('found_accounts').selectAll().where('connection', '=', connection).orderBy('name').execute(),
    );

  /** Connects what was found under these names. */
  async connect({ connection }: LoggedIn, names: string[]): Promise<string> {
    await this.rows(async (db) => {
      await db
        .updateTable('found_accounts')
        .set({ chosen: sql<boolean>`name = any(${names})` })
        .where('connection', '=', connection)
        .execute();
      await db.updateTable('connections').set({ state: 'connecting' }).where('id', '=', connection).execute();
    });
    return this.act.adoptChosenAccounts({ tenant: this.#tenant, connection, nowMs: Date.now() });
  }
}
