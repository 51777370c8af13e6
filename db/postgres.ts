import pg from 'pg';
import type { Logger } from 'pino';

export interface PoolLimits {
  maxConnections: number;
  /** `unlimited` is for migrations alone. */
  statementMs: number;
  /** From `begin` to `commit`; PostgreSQL ends the session of a transaction that takes longer. */
  transactionMs: number;
  /** The role to be from the first statement on, where it is not the login itself. */
  role?: string;
}

export const unlimited = 0;

const connectMs = 10_000;
const idleMs = 30_000;
/** What the client waits beyond the server's own limit before it gives up on an answer. */
const answerGraceMs = 5_000;

const int8 = 20;
/** Our bigints are counts and sizes, far below 2^53: numbers serve better than pg's strings. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text' | 'binary') =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** A pool to one database: every statement and transaction has a limit, and a connection that breaks while idle ends nothing but itself. */
export function openPool(where: pg.ClientConfig, limits: PoolLimits, log?: Pick<Logger, 'warn'>): pg.Pool {
  const pool = new pg.Pool({
    ...where,
    types,
    max: limits.maxConnections,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: idleMs,
    statement_timeout: limits.statementMs,
    query_timeout: limits.statementMs === unlimited ? unlimited : limits.statementMs + answerGraceMs,
    options: `-c transaction_timeout=${limits.transactionMs}${limits.role ? ` -c role=${limits.role}` : ''}`,
    keepAlive: true,
  });
  // Without a listener Node would end the process; the pool has already dropped the connection and opens another when asked.
  pool.on('error', (error) => log?.warn({ code: (error as { code?: string }).code }, 'idle database connection lost'));
  return pool;
}
