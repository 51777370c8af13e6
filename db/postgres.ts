import { HandleEmptyInListsPlugin, Kysely, PostgresDialect, replaceWithNoncontingentExpression } from 'kysely';
import pg from 'pg';
import { PreparingClient } from './preparing-client.ts';

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

/** A pool to one database: every statement and transaction has a limit, and a connection that breaks while no statement is under way ends nothing but itself. */
export function openPool(where: pg.ClientConfig, limits: PoolLimits): pg.Pool {
  const pool = new pg.Pool({
    ...where,
    Client: PreparingClient,
    types,
    max: limits.maxConnections,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: idleMs,
    statement_timeout: limits.statementMs,
    query_timeout: limits.statementMs === unlimited ? unlimited : limits.statementMs + answerGraceMs,
    options: `-c transaction_timeout=${limits.transactionMs}${limits.role ? ` -c role=${limits.role}` : ''}`,
    keepAlive: true,
  });
  // Without listeners Node would end the process. What breaks while idle the pool has dropped already, and it opens another when
  // asked; what breaks between two statements of whoever has it fails with the next one. If that fails too, whoever asked is told.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Nothing is in a list that is empty: by itself Kysely writes `in ()`, which PostgreSQL does not understand. */
const emptyLists = new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression });

/** Typed statements over a pool. */
export const typed = <Schema>(pool: pg.Pool): Kysely<Schema> =>
  new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), plugins: [emptyLists] });

/** How long a connection may take to close before it counts as closed: behind a dead network it would never say so. */
const closeMs = 5_000;

/**
 * Ends a pool as pg does, and then waits until its connections are really closed, so that others can be opened in their place.
 * To be called before the pool is used.
 */
export function endingFor(pool: pg.Pool): () => Promise<void> {
  const open = new Set<pg.PoolClient>();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const check = () => pool.ended && open.size === 0 && resolve();
  pool.on('connect', (client) => open.add(client));
  pool.on('remove', (client) => {
    open.delete(client);
    check();
  });
  return async () => {
    await pool.end();
    check();
    const timer = setTimeout(resolve, closeMs);
    await closed.finally(() => clearTimeout(timer));
  };
}
