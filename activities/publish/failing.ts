import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Diagnostic } from '../../db/tenant/targets/record.ts';
import { record } from '../../db/tenant/targets/record.ts';
import { lockedAbility } from '../connection/ability.ts';
import type { GraphFailure } from '../graph/client.ts';

/** A post that could not be made for this long after it was due is given up, and says so. */
export const patienceMs = 24 * 3_600_000;

/** For support: what Meta answered, without a word of it. */
export function diagnosticOf({ code, subcode, httpStatus, traceId, isTransient }: GraphFailure): Diagnostic {
  return {
    ...(code === undefined ? {} : { code }),
    ...(subcode === undefined ? {} : { subcode }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(isTransient ? { isTransient } : {}),
  };
}

export const noCredential: GraphFailure = {
  kind: 'refused',
  reaction: 'reauthorize',
  commit: 'refused',
  words: 'The login that published to this account is no longer valid. Connect again, then publish.',
};

/** Whether the refusal is about who called rather than about what was sent. */
export const blamesLogin = ({ reaction }: GraphFailure): boolean =>
  reaction === 'reauthorize' || reaction === 'degrade';

/** What has failed: nothing that was decided of it since. */
interface Ended {
  target: string;
  wanted: number;
}

/**
 * Ends a target by a refusal that no repetition can change: `held` where a new login can, `failed` otherwise.
 * @returns false where the failure is a passing one, or a new login is there by now, and nothing was written
 */
export async function end(db: TenantDb, of: Ended, failure: GraphFailure, overdueMs: number): Promise<boolean> {
  const diagnostic = diagnosticOf(failure);
  if (blamesLogin(failure)) return hold(db, of, failure);
  if (failure.reaction === 'permanent') {
    await fail(db, of, { reason: failure.words, diagnostic });
    return true;
  }
  return giveUp(db, of, overdueMs, { reason: outOfReach, diagnostic });
}

const outOfReach = 'Meta could not be reached, or refused, for a day. Nothing was published.';

/**
 * Ends as failed what passes by itself, and has not for too long.
 * @returns false where there is patience left, and nothing was written
 */
export async function giveUp(
  db: TenantDb,
  of: Ended,
  overdueMs: number,
  why: { reason: string; diagnostic?: Diagnostic },
): Promise<boolean> {
  if (overdueMs < patienceMs) return false;
  await fail(db, of, why);
  return true;
}

const fail = (db: TenantDb, { target, wanted }: Ended, why: { reason: string; diagnostic?: Diagnostic }) =>
  record(db, target, { state: 'failed', ...why, choices: ['retry', 'cancel'], wanted });

/** A login that has come since it was looked has resumed what was held by then: what is held after it nobody would resume. */
const hold = (db: TenantDb, { target, wanted }: Ended, failure: GraphFailure): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const row = await trx.selectFrom('targets').select('account').where('id', '=', target).executeTakeFirst();
    const ability = row?.account ? await lockedAbility(trx, row.account) : undefined;
    if (failure.reaction === 'reauthorize' && ability?.able) return false;
    await record(trx, target, {
      state: 'held',
      heldFor: 'authorization',
      reason: failure.words,
      diagnostic: diagnosticOf(failure),
      choices: ['retry', 'cancel'],
      wanted,
    });
    return true;
  });
