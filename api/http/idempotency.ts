import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { isOutdated } from '../../db/tenant/idempotent-answers.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type Errand, isErrand } from './answer.ts';
import { derivedId } from './derived-id.ts';
import { isRefusal, problems, type Refusal, refuse } from './problem.ts';
import type { AnyAnswer, NewId } from './route.ts';

const WAIT_FOR_TWIN_MS = 3_000;
const LOOK_EVERY_MS = 50;

export interface Attempt {
  caller: string;
  key: string;
  /** Of method, path and body: the same key with another request is a mistake of the client. */
  requestHash: Buffer;
  /** The answer holds a secret, so it is not kept: a repetition does the work again, which finds what was made. */
  secret: boolean;
}

type InTenant = <T>(work: (db: TenantDb) => Promise<T>) => Promise<T>;
type Outcome = AnyAnswer | Refusal | Errand;
type Work = (db: TenantDb, newId: NewId) => Promise<Outcome>;

export const requestHash = (method: string, path: string, body: Buffer) =>
  createHash('sha256').update(`${method} ${path}\n`).update(body).digest();

/** @returns words for a key that cannot be one */
export function badKey(key: string): Refusal | undefined {
  if (/^[\x21-\x7e]{1,200}$/.test(key)) return undefined;
  return refuse('bad-request', 'An Idempotency-Key has 1 to 200 visible ASCII characters.');
}

/**
 * Does the work once for each key, and answers every repetition with the first answer.
 *
 * The row is reserved before the work begins, and the ids the work makes follow from the row. So when the process dies between the
 * effect and the stored answer, the repetition makes the same ids and finds what is there. Who works holds an advisory lock on the
 * connection it works with: a second request waits, and a killed process lets go at once. An errand is given back without having been done, and
 * lets go as well: whoever has done it comes again.
 */
export async function once(inTenant: InTenant, attempt: Attempt, work: Work): Promise<Outcome> {
  const deadlineMs = performance.now() + WAIT_FOR_TWIN_MS;
  for (;;) {
    const answer = await inTenant((db) =>
      db.connection().execute((connection) => workAlone(connection, attempt, work)),
    );
    if (answer) return answer;
    if (performance.now() > deadlineMs)
      return refuse('idempotency-busy', 'The first request with this Idempotency-Key is still being worked on.', {
        headers: { 'retry-after': '1' },
      });
    await sleep(LOOK_EVERY_MS);
  }
}

/** @returns undefined while another request with the key is at work */
async function workAlone(db: TenantDb, attempt: Attempt, work: Work): Promise<Outcome | undefined> {
  if (!(await lock(db, attempt))) return undefined;
  try {
    return await reserveAndWork(db, attempt, work);
  } finally {
    await unlock(db, attempt);
  }
}

async function reserveAndWork(db: TenantDb, attempt: Attempt, work: Work): Promise<Outcome> {
  const reserved = await reserve(db, attempt);
  if (!reserved.request_hash.equals(attempt.requestHash))
    return refuse(
      'idempotency-conflict',
      'This Idempotency-Key came with another request before. Use a new key for a new request.',
    );
  if (reserved.status !== null)
    return {
      status: reserved.status,
      body: reserved.body,
      headers: (reserved.headers ?? {}) as Record<string, string>,
    };

  const newId: NewId = (name) =>
    derivedId(
      reserved.created_at.getTime(),
      `${attempt.caller} ${attempt.key} ${reserved.created_at.toISOString()} ${name}`,
    );
  const answer = await work(db, newId);
  if (isErrand(answer)) return answer;
  if (!isRefusal(answer)) await (attempt.secret ? undefined : keep(db, attempt, answer));
  // Nothing was made, now or before: the client may correct the request and keep its key. Of anything else that is not certain.
  else if (problems[answer.problem].status === 422) await letGo(db, attempt);
  return answer;
}

async function reserve(db: TenantDb, attempt: Attempt) {
  const { caller, key, requestHash } = attempt;
  await forgetOutdated(db, attempt);
  const mine = await db
    .insertInto('idempotent_answers')
    // Milliseconds only: ids are derived from this instant, and a Date has no more.
    .values({ caller, key, request_hash: requestHash, created_at: sql`date_trunc('milliseconds', clock_timestamp())` })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (mine) return mine;
  return db
    .selectFrom('idempotent_answers')
    .selectAll()
    .where('caller', '=', caller)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
}

/** So that after its time the key is a new one, whether or not a worker has come by since to delete what is over. */
const forgetOutdated = (db: TenantDb, { caller, key }: Attempt) =>
  db.deleteFrom('idempotent_answers').where('caller', '=', caller).where('key', '=', key).where(isOutdated).execute();

const keep = (db: TenantDb, { caller, key }: Attempt, { status, headers, body }: AnyAnswer) =>
  db
    .updateTable('idempotent_answers')
    .set({ status, headers: JSON.stringify(headers ?? {}), body: JSON.stringify(body ?? null) })
    .where('caller', '=', caller)
    .where('key', '=', key)
    .execute();

const letGo = (db: TenantDb, { caller, key }: Attempt) =>
  db.deleteFrom('idempotent_answers').where('caller', '=', caller).where('key', '=', key).execute();

const lockNumber = ({ caller, key }: Attempt) => sql`hashtextextended(${`idempotency ${caller} ${key}`}, 0)`;

async function lock(db: TenantDb, attempt: Attempt): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(${lockNumber(attempt)}) as held`.execute(
    db,
  );
  return rows[0]?.held ?? false;
}

const unlock = (db: TenantDb, attempt: Attempt) => sql`select pg_advisory_unlock(${lockNumber(attempt)})`.execute(db);
