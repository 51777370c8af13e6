import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { answered, type Change } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { ById, id } from '../shapes.ts';
import { tell } from '../tell.ts';
import { cancelScheduled, fence } from './fence.ts';

const WAIT_MAX_MS = 10_000;
const LOOK_EVERY_MS = 100;

const Disconnected = z
  .object({
    connection: id,
    state: z.enum(['gone', 'erasing']).meta({ description: 'erasing: its rows go as soon as a worker gets to it' }),
    tokens: z.literal('destroyed'),
    canceled: z.array(id).meta({ description: 'targets that were scheduled, and are not any more' }),
    tooLate: z
      .array(id)
      .meta({ description: 'targets that were just being published, or may be live; each says what became of it' }),
    words: z.string(),
  })
  .meta({ id: 'Disconnected' });

const words = {
  gone: 'Disconnected. What you wrote and published stays in the list of posts; everything at Facebook stays as it is.',
  erasing:
    'The tokens are destroyed and nothing more is published. The rest is removed as soon as a worker gets to it. Facebook may not have been told: to be certain, remove the app there under Settings, Business Integrations.',
} as const;

export const disconnect = route(
  {
    method: 'delete',
    path: '/v1/connections/{id}',
    summary: 'Disconnect a Meta login',
    description:
      'Cancels what is scheduled on its accounts, and destroys its tokens before it answers. An account that another person of the tenant has connected too goes on with that login. 202 where the rows are still to be removed.',
    role: 'owner',
    params: ById,
    answers: { 200: Disconnected, 202: Disconnected, 404: Problem },
  },
  async ({ parts, tenant, db, caller, params }) => {
    const connection = params.id;
    const known = await db.selectFrom('connections').select('id').where('id', '=', connection).executeTakeFirst();
    if (!known) return refuse('not-found', 'There is no such connection.');
    const stores = { control: parts.control, db, tenant };
    const change = await fence(stores, connection, caller);
    const { changes, canceled, tooLate } = await cancelScheduled(stores, connection);
    if (change) await tell(parts, [change]);
    const gone = await isGone(parts, db, connection, change);
    // Whoever cannot read a token can still destroy it.
    if (!gone) await db.deleteFrom('credentials').where('connection', '=', connection).execute();
    const state = gone ? ('gone' as const) : ('erasing' as const);
    const body = { connection, state, tokens: 'destroyed' as const, canceled, tooLate, words: words[state] };
    return gone ? answered(200, body, { changes }) : answered(202, body, { changes });
  },
);

/** Waits for the worker; not where it was not even told, because then it does not come soon. */
async function isGone({ control }: Parts, db: TenantDb, connection: string, change: Change | undefined) {
  const giveUpAtMs = performance.now() + WAIT_MAX_MS;
  const entry = change && (await readEntry(control, change.workflow));
  const told = !change || !entry || entry.sent >= change.revision;
  for (;;) {
    const row = await db.selectFrom('connections').select('id').where('id', '=', connection).executeTakeFirst();
    if (!row) return true;
    if (!told || performance.now() > giveUpAtMs) return false;
    await sleep(LOOK_EVERY_MS);
  }
}
