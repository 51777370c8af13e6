import pg from 'pg';

/** A row that nobody can write to, or a table that nobody can read, until it is let go: what comes after stands still there. */
export class HeldRow {
  readonly #holder: pg.Client;
  readonly #looker: pg.Client;

  private constructor(holder: pg.Client, looker: pg.Client) {
    this.#holder = holder;
    this.#looker = looker;
  }

  /** @param query selects it `for update`, or locks the table */
  static async take(connectionString: string, query: string, values: readonly unknown[]): Promise<HeldRow> {
    const [holder, looker] = [new pg.Client({ connectionString }), new pg.Client({ connectionString })];
    await Promise.all([holder.connect(), looker.connect()]);
    await holder.query('begin');
    const { rowCount } = await holder.query(query, [...values]);
    const held = new HeldRow(holder, looker);
    // A table has no number of rows.
    if (rowCount !== 0) return held;
    await held.release();
    throw new Error('There is no such row to be held');
  }

  async isWanted(): Promise<boolean> {
    return (await this.#waiting()).length > 0;
  }

  /** Whoever waits for it never gets it: what they were about to write is not written. Only for a superuser. */
  async refuse(): Promise<void> {
    for (const pid of await this.#waiting()) await this.#looker.query('select pg_terminate_backend($1, 5000)', [pid]);
  }

  /** Whoever waits for it gets it, also where nobody is left to hear of it. */
  async release(): Promise<void> {
    await this.#holder.query('rollback');
    await Promise.all([this.#holder.end(), this.#looker.end()]);
  }

  async #waiting(): Promise<number[]> {
    const { rows: own } = await this.#holder.query<{ pid: number }>('select pg_backend_pid() as pid');
    const { rows } = await this.#looker.query<{ pid: number }>(
      'select pid from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
      [own[0]?.pid],
    );
    return rows.map(({ pid }) => pid);
  }
}
