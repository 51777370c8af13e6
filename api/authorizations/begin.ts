import { sql } from 'kysely';
import { z } from 'zod';
import { want } from '../../db/control/workflows/want.ts';
import { authorizationId } from '../../workflows/ids.ts';
import { created } from '../http/answer.ts';
import { refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { hashOf } from '../session/secret.ts';
import { id } from '../shapes.ts';
import { withinTime } from '../within-time.ts';
import { authorizeUrl, stateOf } from './dialog.ts';

const VALID_MINUTES = 15;

const Begun = z
  .object({ id, authorizeUrl: z.url().meta({ description: 'send the browser of this session there' }) })
  .meta({ id: 'BegunAuthorization' });

export const beginAuthorization = route(
  {
    method: 'post',
    path: '/v1/authorizations',
    summary: 'Begin to connect a Meta login',
    description:
      'Valid for 15 minutes, in the browser of this session. Meta sends the browser back to /oauth/meta/callback; how it went is in GET /v1/authorizations/{id}.',
    role: 'owner',
    idempotent: 'secret',
    answers: { 201: Begun },
  },
  async ({ parts: { control, settings }, tenant, db, caller, newId }) => {
    if (caller.kind !== 'person')
      return refuse('forbidden', 'Connecting needs a person with a browser; an API key cannot log in at Meta.');
    const authorization = newId('authorization');
    const workflow = authorizationId(tenant, authorization);
    const state = stateOf(caller.session.token, authorization);
    const answer = { id: authorization, authorizeUrl: authorizeUrl(settings, state) };
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
        stillInTime();
      });
      return wanted;
    });
    return created(answer, location, revision === undefined ? {} : { changes: [{ workflow, revision }] });
  },
);
