import type { Kysely } from 'kysely';
import { openPool, typed } from '../postgres.ts';
import type { Control } from './schema.ts';

export type ControlDb = Kysely<Control>;

const timeLimitMs = 10_000;

/** Opens the control database as the login in `url`. Connections are made when needed; `destroy()` closes them. */
export function connectControl(url: string, options: { maxConnections?: number } = {}): ControlDb {
  const limits = {
    maxConnections: options.maxConnections ?? 10,
    statementMs: timeLimitMs,
    transactionMs: timeLimitMs,
  };
  return typed(openPool({ connectionString: url }, limits));
}
