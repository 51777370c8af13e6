import { sql } from 'kysely';
import { v7 } from 'uuid';
import { want } from '../../db/control/workflows/want.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { connectionId } from '../../workflows/ids.ts';
import { Begun, beginAttempt } from '../authorizations/attempt.ts';
import { answered } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { ById } from '../shapes.ts';
import { withinTime } from '../within-time.ts';
import { listConnections } from './read.ts';
import { ConnectionSummary } from './shapes.ts';

const erasing = 'This connection is being disconnected. Connect anew when it is gone.';

const stateOf = (db: TenantDb, connection: string) =>
  db.selectFrom('connections').select('state').where('id', '=', connection).executeTakeFirst();

export const reauthorize = route(
  {
    method: 'post',
    path: '/v1/connections/{id}/reauthorize',
    summary: 'Have the person log in at Meta once more',
    description:
      'A new attempt, as POST /v1/authorizations begins one. The same person at Meta finds this connection again, with its posts and history; what was held for want of a login goes on.',
    role: 'owner',
    person: true,
    idempotent: 'secret',
    params: ById,
    answers: { 201: Begun, 404: Problem, 409: Problem },
  },
  async (request) => {
    const connection = await stateOf(request.db, request.params.id);
    if (!connection) return refuse('not-found', 'There is no such connection.');
    if (connection.state === 'erasing') return refuse('conflict', erasing);
    return beginAttempt(request, request.params.id);
  },
);

export const refresh = route(
  {
    method: 'post',
    path: '/v1/connections/{id}/refresh',
    summary: 'Exchange the token of the login for a fresh one, now',
    description: 'Begins it: how it went shows in the credentials of the connection. At most once an hour.',
    role: 'owner',
    params: ById,
    answers: { 202: ConnectionSummary, 404: Problem, 409: Problem },
  },
  async ({ parts: { control }, tenant, db, caller, params }) => {
    const connection = await stateOf(db, params.id);
    if (!connection) return refuse('not-found', 'There is no such connection.');
    if (connection.state === 'erasing') return refuse('conflict', erasing);
    const workflow = connectionId(tenant, params.id);
    const revision = await withinTime(async (stillInTime) => {
      const wanted = await want(control, { id: workflow, tenant });
      const asked = await db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('credentials')
          .set({ refresh_at: sql<Date>`clock_timestamp()` })
          .where('connection', '=', params.id)
          .where('kind', '=', 'user')
          .where('health', '!=', 'dead')
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await tx
          .insertInto('audit_log')
          .values({
            ...{ id: v7(), actor_kind: caller.kind, actor: caller.actor },
            ...{ action: 'connection.refresh', subject: params.id },
          })
          .execute();
        stillInTime();
        return true;
      });
      return asked ? wanted : undefined;
    });
    if (revision === undefined) return refuse('conflict', 'The login has ended. Have the person log in once more.');
    const summary = (await listConnections(db)).find(({ id }) => id === params.id);
    if (!summary) return refuse('not-found', 'There is no such connection.');
    return answered(202, summary, { changes: [{ workflow, revision }] });
  },
);
