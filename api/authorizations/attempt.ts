import { sql } from 'kysely';
import { z } from 'zod';
import { want } from '../../db/control/workflows/want.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { authorizationId } from '../../workflows/ids.ts';
import { audit } from '../audit/write.ts';
import { created } from '../http/answer.ts';
import type { NewId } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import type { Member, SessionCaller } from '../session/caller.ts';
import { hashOf } from '../session/secret.ts';
import { id } from '../shapes.ts';
import { withinTime } from '../within-time.ts';
import { authTypeFor } from './auth-type.ts';
import { authorizeUrl, stateOf } from './dialog.ts';
import { grantedBefore } from './granted-before.ts';

const VALID_MINUTES = 15;

export const Begun = z
  .object({ id, authorizeUrl: z.url().meta({ description: 'send the browser of this session there' }) })
  .meta({ id: 'BegunAuthorization' });

/** What a route of a member has in hand. */
interface Asking {
  parts: Parts;
  tenant: string;
  db: TenantDb;
  caller: Member & SessionCaller;
  newId: NewId;
}

/** Begins an attempt to connect, or to log in once more for a connection: the answer of the route. Repeatable under an Idempotency-Key. */
export async function beginAttempt({ parts, tenant, db, caller, newId }: Asking, connection?: string) {
  const { control, settings } = parts;
  const authorization = newId('authorization');
  const workflow = authorizationId(tenant, authorization);
  const state = stateOf(caller.session.token, authorization);
  const authType = await authTypeFor(db, connection);
  const granted = await grantedBefore(db, connection);
  const answer = { id: authorization, authorizeUrl: authorizeUrl(settings, state, { authType, granted }) };
  const location = `/v1/authorizations/${authorization}`;

  const known = await db.selectFrom('authorizations').select('id').where('id', '=', authorization).executeTakeFirst();
  if (known) return created(answer, location);
  const revision = await withinTime(async (stillInTime) => {
    const wanted = await want(control, { id: workflow, tenant });
    await db.transaction().execute(async (tx) => {
      await tx
        .insertInto('authorizations')
        .values({
          id: authorization,
          session: caller.session.id,
          person: caller.actor,
          state_hash: hashOf(state),
          expires_at: sql<Date>`clock_timestamp() + make_interval(mins => ${VALID_MINUTES})`,
        })
        .execute();
      await audit(tx, caller, { action: 'authorization.begun', subject: authorization });
      stillInTime();
    });
    return wanted;
  });
  return created(answer, location, revision === undefined ? {} : { changes: [{ workflow, revision }] });
}
