import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { indexesAndTriggers, laterColumns, schema } from './schema.ts';

interface Prepared {
  statement: StatementSync;
  writes: boolean;
  /** Writes to what is remembered. */
  unsettles: boolean;
}

/** More writes than this are not kept waiting for one another. */
const writesAtOnce = 200;
/** Every call asks for these, and hardly any changes them. */
const unsettles = /\b(?:into|update|from) (?:tokens|roles|pages|grants|instagram_accounts|files)\b/;

/**
 * The one SQLite file. Reads and writes are synchronous, so a request sees and leaves a consistent state without locks. What is written within
 * one turn is committed together, since a commit costs more than a write: whoever answers waits for `kept` first.
 */
export class Database {
  readonly #sqlite: DatabaseSync;
  readonly #prepared = new Map<string, Prepared>();
  /** Of the transaction that is open, if any. */
  #kept: PromiseWithResolvers<void> | undefined;
  #writes = 0;
  #inTransaction = false;
  /** What is counted, by statement and name, and not written yet. */
  readonly #tallies = new Map<string, Map<string | number, number>>();
  /** Rows of what hardly changes, by statement and values. */
  readonly #settled = new Map<string, Map<string, unknown>>();

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#sqlite = new DatabaseSync(join(directory, 'simulator.sqlite'), { timeout: 2_000 });
    // Nobody else opens it: asking for its lock at each statement would be for nothing. What is in the log survives the process; only a
    // machine that loses its power would need more, and it costs.
    this.#sqlite.exec(
      'pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = off; pragma foreign_keys = on;',
    );
    this.#sqlite.exec(schema);
    for (const [table, column, type] of laterColumns) this.#addColumn(table, column, type);
    this.#sqlite.exec(indexesAndTriggers);
  }

  /** Rows as the statement names its columns; the caller says what they are, the statement beside it is the proof. */
  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  one<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  /** The same of tables that hardly change: it is remembered until something is written to one of them. Not to be changed by the caller. */
  settled<Row>(sql: string, ...values: string[]): Row | undefined {
    const known = this.#settled.get(sql) ?? new Map<string, unknown>();
    const key = values.join(' ');
    const row = known.get(key) ?? this.one<Row>(sql, ...values);
    if (row !== undefined) this.#settled.set(sql, known.set(key, row));
    return row as Row | undefined;
  }

  /** How many rows the statement changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /** Runs a statement with a name and how often it was counted since: once for all that is kept together. */
  tally(sql: string, name: string | number): void {
    const counts = this.#tallies.get(sql) ?? new Map<string | number, number>();
    this.#tallies.set(sql, counts.set(name, (counts.get(name) ?? 0) + 1));
    if (!this.#kept) this.#open();
  }

  /** Writes what was counted, for who reads it. */
  tallied(): this {
    const tallies = [...this.#tallies];
    this.#tallies.clear();
    for (const [sql, counts] of tallies) for (const [name, count] of counts) this.run(sql, name, count);
    return this;
  }

  /** All of it or nothing, as a part of the transaction that is open already, if any. Never across an await: the connection is one. */
  transaction<T>(work: () => T): T {
    if (this.#inTransaction) return work();
    this.#open();
    this.#inTransaction = true;
    this.#execute('savepoint work');
    try {
      return work();
    } catch (error) {
      this.#execute('rollback to work');
      this.#settled.clear();
      throw error;
    } finally {
      this.#execute('release work');
      this.#inTransaction = false;
    }
  }

  /** Resolves when all that was written so far survives this process. */
  async kept(): Promise<void> {
    await this.#kept?.promise;
  }

  close(): void {
    this.#keep();
    this.#prepared.clear();
    this.#sqlite.close();
  }

  #addColumn(table: string, column: string, type: string): void {
    if (this.one('select 1 from pragma_table_info(?) where name = ?', table, column)) return;
    this.#sqlite.exec(`alter table ${table} add column ${column} ${type}`);
  }

  #statement(sql: string): StatementSync {
    const { statement, writes, unsettles } = this.#prepare(sql);
    if (writes) this.#open();
    if (unsettles) this.#settled.clear();
    return statement;
  }

  #execute(sql: string): void {
    this.#prepare(sql).statement.run();
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const writes = !/^\s*select\b/.test(sql);
    const prepared = { statement: this.#sqlite.prepare(sql), writes, unsettles: writes && unsettles.test(sql) };
    this.#prepared.set(sql, prepared);
    return prepared;
  }

  #open(): void {
    this.#writes += 1;
    if (this.#writes > writesAtOnce && !this.#inTransaction) this.#keep();
    if (this.#kept) return;
    this.#execute('begin immediate');
    this.#kept = Promise.withResolvers();
    setImmediate(() => this.#keep());
  }

  #keep(): void {
    if (!this.#kept) return;
    this.#writes = 0;
    this.tallied();
    const { resolve } = this.#kept;
    this.#kept = undefined;
    this.#execute('commit');
    resolve();
  }
}
