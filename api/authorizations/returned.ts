import { sql } from 'kysely';
import type { ControlDb } from '../../db/control/connect.ts';
import { want } from '../../db/control/workflows/want.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { sealToIntake } from '../../db/vault/intake.ts';
import { authorizationId } from '../../workflows/ids.ts';
import type { Change } from '../http/answer.ts';
import { type Caller, isMember } from '../session/caller.ts';
import { hashOf } from '../session/secret.ts';
import { withinTime } from '../within-time.ts';

interface Stores {
  control: ControlDb;
  db: TenantDb;
  tenant: string;
  intakePublicKey: string;
}

/** What Meta's redirect carried. */
export interface Brought {
  state: string;
  code: string | undefined;
}

export type Accepted = { ok: true; authorization: string; changes: Change[] } | { ok: false; words: string };

/**
 * Takes what came back from Meta, once: the state must be of an attempt of this very session that still waits. The code is sealed for
 * the worker before it touches a database.
 */
export async function takeReturn(stores: Stores, session: string, { state, code }: Brought): Promise<Accepted> {
  const { control, db, tenant } = stores;
  const attempt = await db
    .selectFrom('authorizations')
    .select(['id', 'session', 'status', sql<boolean>`expires_at <= clock_timestamp()`.as('expired')])
    .where('state_hash', '=', hashOf(state))
    .executeTakeFirst();
  const words = objection(attempt, session);
  if (words || !attempt) return { ok: false, words: words ?? unknownState };

  const place = { tenant, table: 'authorizations', row: attempt.id, column: 'code_sealed' };
  const sealed = code === undefined ? undefined : await sealToIntake(stores.intakePublicKey, place, code);
  const workflow = authorizationId(tenant, attempt.id);
  return withinTime(async (stillInTime) => {
    const revision = await want(control, { id: workflow, tenant });
    const taken = await db.transaction().execute(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('authorizations')
        .set(sealed ? { status: 'returned', code_sealed: sealed } : denied)
        .where('id', '=', attempt.id)
        .where('status', '=', 'waiting')
        .where('expires_at', '>', sql<Date>`clock_timestamp()`)
        .executeTakeFirst();
      stillInTime();
      return numUpdatedRows > 0n;
    });
    if (!taken) return { ok: false, words: usedState };
    const changes = revision === undefined ? [] : [{ workflow, revision }];
    return { ok: true, authorization: attempt.id, changes };
  });
}

const denied = {
  status: 'denied' as const,
  reason: 'The login at Facebook was canceled; nothing was connected.',
  finished_at: sql<Date>`clock_timestamp()`,
};

const unknownState =
  'This does not belong to an attempt that you began here. If you switched to another tenant meanwhile, switch back and connect again.';
const usedState = 'This attempt has been used already. To connect once more, begin again.';
const expiredState = 'This attempt is older than 15 minutes. Begin again, and finish at Facebook within that time.';
const foreignState =
  'This attempt was begun in another session. For your safety it can be finished only in the browser that began it; begin again here.';

interface Attempt {
  session: string;
  status: string;
  expired: boolean;
}

function objection(attempt: Attempt | undefined, session: string): string | undefined {
  if (!attempt) return unknownState;
  if (attempt.session !== session) return foreignState;
  if (attempt.status === 'expired' || (attempt.status === 'waiting' && attempt.expired)) return expiredState;
  if (attempt.status !== 'waiting') return usedState;
  return undefined;
}

export const sessionOf = (caller: Caller | undefined) =>
  caller?.kind === 'person' && isMember(caller)
    ? { session: caller.session.id, tenant: caller.tenant, role: caller.role }
    : undefined;
