import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { withDatabase } from '../../db/admin.ts';
import { openPool, unlimited } from '../../db/postgres.ts';
import { publishId } from '../../workflows/ids.ts';
import type { Place } from './place.ts';

const limits = { maxConnections: 10, statementMs: unlimited, transactionMs: unlimited };
const lookEveryMs = 20;
const wantedWithinMs = 20_000;

/** The rows of the demo tenant and the list of what should be alive, as nobody but a test sees and holds them. */
export class Rows {
  readonly #tenant: string;
  readonly #own: pg.Pool;
  readonly #control: pg.Pool;

  private constructor(tenant: string, own: pg.Pool, control: pg.Pool) {
    this.#tenant = tenant;
    this.#own = own;
    this.#control = control;
  }

  static async open({ stack, superuserUrl }: Place): Promise<Rows> {
    const found = await stack.control.control
      .selectFrom('tenants')
      .select(['id', 'database'])
      .executeTakeFirstOrThrow();
    const pool = (url: string) => openPool({ connectionString: url }, limits);
    const control = new URL(stack.control.ownerUrl).pathname.slice(1);
    return new Rows(
      found.id,
      pool(withDatabase(superuserUrl, found.database)),
      pool(withDatabase(superuserUrl, control)),
    );
  }

  /** The state of each of these targets. */
  async states(targets: readonly string[]): Promise<Map<string, string>> {
    const { rows } = await this.#own.query<{ id: string; state: string }>(
      'select id, state from targets where id = any($1::uuid[])',
      [targets],
    );
    return new Map(rows.map(({ id, state }) => [id, state]));
  }

  /** How a target stands, and what it is held for, if it is. */
  async standing(target: string): Promise<{ state: string; heldFor: string | null }> {
    const standing = 'select state, held_for as "heldFor" from targets where id = $1';
    const { rows } = await this.#own.query<{ state: string; heldFor: string | null }>(standing, [target]);
    if (!rows[0]) throw new Error('There is no such target');
    return rows[0];
  }

  /** What was done for a target last, in words. */
  async lastSteps(target: string): Promise<string> {
    const { state, heldFor } = await this.standing(target);
    const last = `select step, status, coalesce(meta_id, 'no id') as "metaId", revision from ledger
      where target = $1 order by opened_at desc limit 3`;
    const { rows } = await this.#own.query<{ step: string; status: string; metaId: string; revision: number }>(last, [
      target,
    ]);
    const steps = rows.map(
      ({ step, status, metaId, revision }) => `${step} ${status} (${metaId}, revision ${revision})`,
    );
    return `${state}${heldFor ? ` for ${heldFor}` : ''}, last ${steps.join(', ') || 'nothing'}`;
  }

  /** What is said of each target that says anything, and of its first comment, apart. */
  async reasons(): Promise<Map<string, { reason: string | null; ofComment: string | null }>> {
    const { rows } = await this.#own.query<{ id: string; reason: string | null; ofComment: string | null }>(
      `select id, reason, case when meta_id is null then coalesce(comment_reason, reason) else comment_reason end as "ofComment"
       from targets where reason is not null or comment_reason is not null`,
    );
    return new Map(rows.map(({ id, ...said }) => [id, said]));
  }

  workflowOf = (target: string): string => publishId(this.#tenant, target);

  async hasDeadLogin(accounts: readonly string[]): Promise<boolean> {
    const dead = "select 1 from credentials where account = any($1::uuid[]) and kind = 'page' and health = 'dead'";
    return (await this.#own.query(dead, [accounts])).rowCount !== 0;
  }

  /** Those for which a publish workflow should be alive. */
  async wanted(): Promise<Set<string>> {
    const { rows } = await this.#control.query<{ id: string }>("select id from workflows where id like 'publish:%'");
    return new Set(rows.map(({ id }) => id.split(':')[2] ?? ''));
  }

  async isArmed(target: string): Promise<boolean> {
    const armed = "select 1 from ledger where target = $1 and step = 'commit' and status = 'armed'";
    return (await this.#own.query(armed, [target])).rowCount !== 0;
  }

  /** Whether Meta is to give what is public another text. */
  async isChanging(target: string): Promise<boolean> {
    const changing = 'select 1 from targets where id = $1 and wished_text is not null';
    return (await this.#own.query(changing, [target])).rowCount !== 0;
  }

  /** The ids at Meta of what was prepared. */
  async prepared(target: string, step: 'draft' | 'container'): Promise<string[]> {
    const prepared = "select meta_id from ledger where target = $1 and step = $2 and status = 'done'";
    return (await this.#own.query<{ meta_id: string }>(prepared, [target, step])).rows.map((row) => row.meta_id);
  }

  /** Holds the row of a target until somebody wants to write to it. @returns what lets it go */
  holdTarget = (target: string): Promise<Release> =>
    hold(this.#own, 'select id from targets where id = $1 for update', target);

  /** Holds the entry of a target among what should be alive until somebody wants to claim it, or to strike it off. */
  holdEntry = (target: string): Promise<Release> =>
    hold(this.#control, 'select id from workflows where id = $1 for update', publishId(this.#tenant, target));

  async close(): Promise<void> {
    await Promise.all([this.#own.end(), this.#control.end()]);
  }
}

/** Lets a row go. */
export type Release = () => Promise<void>;

/** @throws when nobody wants it */
async function hold(pool: pg.Pool, statement: string, id: string): Promise<Release> {
  const holder = await pool.connect();
  // The connection may die with its server, and what it held with it.
  const release = async () =>
    holder.release(
      await holder.query('rollback').then(
        () => false,
        () => true,
      ),
    );
  try {
    await holder.query('begin');
    await holder.query(statement, [id]);
    const { rows } = await holder.query<{ pid: number }>('select pg_backend_pid() as pid');
    await untilWanted(pool, rows[0]?.pid);
    return release;
  } catch (cause) {
    await release();
    throw cause;
  }
}

async function untilWanted(pool: pg.Pool, holder: number | undefined): Promise<void> {
  const deadline = performance.now() + wantedWithinMs;
  while (
    !(await pool.query('select 1 from pg_stat_activity where $1 = any(pg_blocking_pids(pid))', [holder])).rowCount
  ) {
    if (performance.now() > deadline) throw new Error('Nobody wanted the row that is held');
    await sleep(lookEveryMs);
  }
}
