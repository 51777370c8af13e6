import { sql } from 'kysely';
import { v7 } from 'uuid';
import { connectControl } from '../../db/control/connect.ts';
import { hashPassword } from '../../db/people/password.ts';
import { openAsWorker } from '../../db/tenant/open-as-worker.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { eventually } from '../stack/eventually.ts';
import type { HttpClient } from '../stack/http.ts';
import type { Stack } from '../stack/stack.ts';
import type { Person } from './person.ts';

interface Connection {
  state: string;
  found: { id: string; name: string; username: string | null }[];
}

interface Target {
  id: string;
  state: string;
  reason: string | null;
  choices: string[];
}

/** What a member is told who disconnects. */
interface Disconnected {
  connection: string;
  state: string;
  tokens: string;
  canceled: string[];
  tooLate: string[];
  words: string;
}

export interface Scheduled {
  post: string;
  target: string;
}

const password = 'correct horse battery staple';

/** A tenant of its own with one owner, who does everything through the API as a browser would. */
export class Tenant {
  readonly #stack: Stack;
  readonly id: string;
  readonly owner: HttpClient;
  /** The owner's address. */
  readonly email: string;
  /** Connected accounts by their names and usernames. */
  readonly accounts = new Map<string, string>();

  private constructor(stack: Stack, id: string, owner: HttpClient, email: string) {
    this.#stack = stack;
    this.id = id;
    this.owner = owner;
    this.email = email;
  }

  static async begin(stack: Stack): Promise<Tenant> {
    const tenant = await stack.control.tenant();
    const control = connectControl(stack.control.ownerUrl);
    const person = { id: v7(), email: `${v7()}@example.test`, name: 'An owner' };
    const password_hash = await hashPassword(password);
    await control
      .insertInto('people')
      .values({ ...person, password_hash })
      .execute();
    await control.insertInto('memberships').values({ person: person.id, tenant, role: 'owner' }).execute();
    await control.destroy();
    const owner = stack.stranger();
    await owner.logIn(person.email, password);
    return new Tenant(stack, tenant, owner, person.email);
  }

  /** @returns the connection */
  async connect(person: Person, names: string[]): Promise<string> {
    const connection = await this.logIn('/v1/authorizations', person);
    const found = await this.#choosing(connection);
    const chosen = found.filter(({ name, username }) => names.includes(name) || names.includes(username ?? ''));
    const body = { accounts: chosen.map(({ id }) => id) };
    const { status } = await this.owner.put(`/v1/connections/${connection}/accounts`, body);
    if (status !== 200) throw new Error(`The choice was answered ${status}`);
    await eventually(async () => (await this.#connection(connection)).state === 'connected');
    const { body: accounts } = await this.owner.get<{ items: Connection['found'] }>('/v1/accounts');
    for (const { id, name, username } of accounts.items)
      for (const called of [username, name]) if (called) this.accounts.set(called, id);
    return connection;
  }

  /** @returns the connection that Meta's answer led to */
  reauthorize = (connection: string, person: Person) => this.logIn(`/v1/connections/${connection}/reauthorize`, person);

  async logIn(path: string, person: Person): Promise<string> {
    const { body: begun } = await this.owner.post<{ id: string; authorizeUrl: string }>(path);
    const form = new URLSearchParams({ person: person.id, page: 'all', permission: 'all' });
    const dialog = await fetch(begun.authorizeUrl, { method: 'POST', body: form, redirect: 'manual' });
    const back = new URL(dialog.headers.get('location') ?? '');
    await this.owner.get(`${back.pathname}${back.search}`);
    return eventually(async () => {
      const { body } = await this.owner.get<{ connectionId: string | null }>(`/v1/authorizations/${begun.id}`);
      return body.connectionId;
    });
  }

  #choosing = (connection: string) =>
    eventually(async () => {
      const { state, found } = await this.#connection(connection);
      return state === 'choosing' && found;
    });

  #connection = async (connection: string) => (await this.owner.get<Connection>(`/v1/connections/${connection}`)).body;

  async schedule(account: string, dueInMs: number): Promise<Scheduled> {
    const { status, body } = await this.owner.post<{ id: string; targets: Target[] }>(
      '/v1/posts',
      {
        text: `A post ${v7()}`,
        targets: [{ account: this.accounts.get(account), kind: 'feed' }],
        ...(dueInMs ? { publishAt: new Date(Date.now() + dueInMs).toISOString() } : {}),
      },
      { 'idempotency-key': v7() },
    );
    if (status !== 201) throw new Error(`Scheduling was answered ${status}: ${JSON.stringify(body)}`);
    return { post: body.id, target: body.targets[0]?.id ?? '' };
  }

  /** Takes a connection apart, as a member asks for it. */
  disconnect = (connection: string) => this.owner.send<Disconnected>('DELETE', `/v1/connections/${connection}`);

  async target({ post }: Scheduled): Promise<Target> {
    const { body } = await this.owner.get<{ targets: [Target] }>(`/v1/posts/${post}`);
    return body.targets[0];
  }

  /** What is in the tenant's database, as a worker sees it. */
  async rows<T>(work: (db: TenantDb) => Promise<T>): Promise<T> {
    const limits = { maxConnectionsPerTenant: 1, maxConnections: 1 };
    const { vault, tenants } = await openAsWorker(this.#stack.control, limits);
    try {
      return await tenants.use(this.id, work);
    } finally {
      await tenants.close();
      vault.close();
    }
  }

  count = (table: string) =>
    this.rows(async (db) => {
      const { rows } = await sql<{ count: string }>`select count(*) from ${sql.table(table)}`.execute(db);
      return Number(rows[0]?.count);
    });

  /** Where in any table of the tenant's database any of these stands. */
  sightings = (secrets: readonly string[]) =>
    this.rows(async (db) => {
      const tables = await sql<{
        name: string;
      }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(db);
      const seen: string[] = [];
      for (const { name } of tables.rows) {
        const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(db);
        const text = rows.map(({ row }) => row).join('\n');
        seen.push(...secrets.filter((secret) => text.includes(secret)).map((secret) => `${name}: ${secret}`));
      }
      return seen;
    });

  routes = () => this.#stack.control.control.selectFrom('routes').selectAll().where('tenant', '=', this.id).execute();

  /** Whether Meta tells the app what happens on a Page of this person. */
  async subscribed({ pages }: Person, name: string): Promise<boolean> {
    const page = pages.find((one) => one.name === name);
    const { fields } = await this.#simulator<{ fields: string[] | null }>(`/sim/pages/${page?.id}/subscription`);
    return fields !== null;
  }

  /** Whether the app has anything from this person at Meta. */
  async granted({ id }: Person): Promise<boolean> {
    const { grants } = await this.#simulator<{ grants: { granted: boolean }[] }>(`/sim/users/${id}/grants`);
    return grants.some(({ granted }) => granted);
  }

  async #simulator<T>(path: string): Promise<T> {
    return (await (await fetch(`${this.#stack.urls.simulator}${path}`)).json()) as T;
  }
}
