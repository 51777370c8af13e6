import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { indexesAndTriggers, laterColumns, schema } from './schema.ts';

/** The one SQLite file. Reads and writes are synchronous, so a request sees and leaves a consistent state without locks. */
export class Database {
  readonly #sqlite: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

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

  /** How many rows the statement changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /** All of it or nothing, as a part of the transaction that is open already, if any. Never across an await: the connection is one. */
  transaction<T>(work: () => T): T {
    if (this.#sqlite.isTransaction) return work();
    this.#sqlite.exec('begin immediate');
    try {
      const result = work();
      this.#sqlite.exec('commit');
      return result;
    } catch (error) {
      this.#sqlite.exec('rollback');
      throw error;
    }
  }

  close(): void {
    this.#prepared.clear();
    this.#sqlite.close();
  }

  #addColumn(table: string, column: string, type: string): void {
    if (this.one('select 1 from pragma_table_info(?) where name = ?', table, column)) return;
    this.#sqlite.exec(`alter table ${table} add column ${column} ${type}`);
  }

  #statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const statement = this.#sqlite.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }
}
