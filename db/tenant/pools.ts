import type { Kysely } from 'kysely';
import type { ControlDb } from '../control/connect.ts';
import { endingFor, openPool, typed } from '../postgres.ts';
import { locate, type TenantRole } from './locate.ts';
import type { Tenant } from './schema.ts';

export { TenantNotFound } from './locate.ts';

export type TenantDb = Kysely<Tenant>;

export interface TenantPoolsOptions {
  control: ControlDb;
  role: TenantRole;
  openPassword: (tenant: string, sealed: Buffer) => Promise<string> | string;
  maxConnectionsPerTenant: number;
  /** To all tenants together. A tenant in use counts with all the connections it may open. */
  maxConnections: number;
  /** How long a caller waits for its turn before it is told that there is too much to do; 10 s where absent. */
  turnMs?: number;
}

interface Connected {
  db: TenantDb;
  end(): Promise<void>;
}

interface OpenTenant {
  connected: Promise<Connected>;
  users: number;
}

const limits: Record<TenantRole, { statementMs: number; transactionMs: number }> = {
  // The relay counts on it that no transaction of the API lives longer than this.
  api: { statementMs: 10_000, transactionMs: 10_000 },
  worker: { statementMs: 30_000, transactionMs: 60_000 },
};

const usualTurnMs = 10_000;

/** As many tenants as there may be connections for stayed in use for too long. Try again. */
export class TenantPoolsBusy extends Error {
  constructor() {
    super('Too many tenants are in use at once');
    this.name = 'TenantPoolsBusy';
  }
}

/** Connections to many tenants' databases, few at a time: the least recently used tenant gives way, after its work has ended. */
export class TenantPools {
  readonly #options: TenantPoolsOptions;
  readonly #capacity: number;
  /** In the order of their last use. */
  readonly #open = new Map<string, OpenTenant>();
  readonly #waiting = new Set<() => void>();
  #closing = 0;
  #closed = false;

  constructor(options: TenantPoolsOptions) {
    this.#options = options;
    this.#capacity = Math.max(1, Math.floor(options.maxConnections / options.maxConnectionsPerTenant));
  }

  /**
   * Does `work` with the tenant's database; waits while as many tenants as fit are all in use. Keep calls to anybody but
   * the database out of `work`: it holds a place that others wait for.
   * @throws TenantNotFound when there is no such tenant, or it is not active
   * @throws TenantPoolsBusy when its turn did not come
   */
  async use<T>(tenant: string, work: (db: TenantDb) => Promise<T>): Promise<T> {
    const entry = await this.#enter(tenant);
    try {
      return await work((await entry.connected).db);
    } finally {
      entry.users -= 1;
      this.#wake();
    }
  }

  /** Waits for what is under way, then closes every connection. Whoever still waits for a turn is turned away. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    while (this.#open.size > 0 || this.#closing > 0)
      if (!this.#evictOne()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  async #enter(tenant: string): Promise<OpenTenant> {
    const deadlineMs = performance.now() + (this.#options.turnMs ?? usualTurnMs);
    for (;;) {
      if (this.#closed) throw new Error('The tenant pools are closed');
      const known = this.#open.get(tenant);
      if (known) {
        this.#open.delete(tenant);
        this.#open.set(tenant, known);
        known.users += 1;
        return known;
      }
      if (this.#open.size + this.#closing < this.#capacity) {
        const entry = { connected: this.#connect(tenant), users: 1 };
        this.#open.set(tenant, entry);
        entry.connected.catch(() => this.#open.get(tenant) === entry && this.#open.delete(tenant));
        return entry;
      }
      // One for each that waits, and no more.
      if (this.#closing <= this.#waiting.size) this.#evictOne();
      await this.#turn(deadlineMs);
    }
  }

  async #turn(deadlineMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      this.#waiting.delete(resolve);
      reject(new TenantPoolsBusy());
    }, deadlineMs - performance.now());
    this.#waiting.add(resolve);
    await promise.finally(() => clearTimeout(timer));
  }

  /** All of them look again: what one cannot use, another may, whose tenant is open by now. */
  #wake(): void {
    const woken = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of woken) wake();
  }

  /** @returns false when every open tenant is in use */
  #evictOne(): boolean {
    const idle = [...this.#open].find(([, entry]) => entry.users === 0);
    if (!idle) return false;
    const [tenant, entry] = idle;
    this.#open.delete(tenant);
    this.#closing += 1;
    const closed = () => {
      this.#closing -= 1;
      this.#wake();
    };
    entry.connected.then(({ end }) => end()).then(closed, closed);
    return true;
  }

  async #connect(tenant: string): Promise<Connected> {
    const { control, role, openPassword, maxConnectionsPerTenant } = this.#options;
    const { sealedPassword, ...where } = await locate(control, tenant, role);
    const password = await openPassword(tenant, sealedPassword);
    const pool = openPool({ ...where, password }, { maxConnections: maxConnectionsPerTenant, ...limits[role] });
    return { db: typed(pool), end: endingFor(pool) };
  }
}
