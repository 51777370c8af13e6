import { sql } from 'kysely';
import { v7 } from 'uuid';
import { z } from 'zod';
import type { ControlDb } from '../../db/control/connect.ts';
import { want } from '../../db/control/workflows/want.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { connectionId } from '../../workflows/ids.ts';
import { type Change, ok } from '../http/answer.ts';
import { flawed, Problem, type Refusal, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import type { Member } from '../session/caller.ts';
import { ById, id } from '../shapes.ts';
import { withinTime } from '../within-time.ts';
import { readConnection } from './read.ts';
import { Connection } from './shapes.ts';

const Choice = z
  .strictObject({
    accounts: z.array(id).min(1, 'names no account; choose one at least, or disconnect').max(1_000),
  })
  .meta({ id: 'AccountChoice' });

export const chooseAccounts = route(
  {
    method: 'put',
    path: '/v1/connections/{id}/accounts',
    summary: 'Choose which of the accounts found to use',
    description: 'By their ids under `found`. Those that are not chosen are forgotten, with their tokens.',
    role: 'owner',
    params: ById,
    body: Choice,
    answers: { 200: Connection, 404: Problem, 409: Problem },
  },
  async ({ parts: { control, settings }, tenant, db, caller, params, body }) => {
    const further = settings.META_FURTHER_PERMISSIONS;
    const connection = await readConnection(db, params.id, further);
    if (!connection) return refuse('not-found', 'There is no such connection.');
    const chosen = new Set(body.accounts);
    const unchanged =
      connection.state === 'connecting' && connection.found.every((found) => found.chosen === chosen.has(found.id));
    if (unchanged) return ok(connection);
    if (connection.state !== 'choosing') return notChoosing(connection.state);

    const known = new Set(connection.found.map((found) => found.id));
    const flaws = body.accounts.flatMap((account, index) =>
      known.has(account) ? [] : [{ pointer: `/accounts/${index}`, detail: 'This is not among the accounts found.' }],
    );
    if (flaws.length) return flawed(flaws);

    const decided = await decide({ control, db, tenant }, { connection: params.id, chosen: [...chosen], by: caller });
    if ('problem' in decided) return decided;
    const now = await readConnection(db, params.id, further);
    return now ? ok(now, { changes: [decided] }) : refuse('not-found', 'There is no such connection.');
  },
);

interface Stores {
  control: ControlDb;
  db: TenantDb;
  tenant: string;
}

function decide(
  { control, db, tenant }: Stores,
  { connection, chosen, by }: { connection: string; chosen: string[]; by: Member },
): Promise<Change | Refusal> {
  const workflow = connectionId(tenant, connection);
  return withinTime(async (stillInTime) => {
    const revision = await want(control, { id: workflow, tenant });
    const taken = await db.transaction().execute(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('connections')
        .set({ state: 'connecting', since: sql<Date>`clock_timestamp()`, reason: null, remedy: null })
        .where('id', '=', connection)
        .where('state', '=', 'choosing')
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      await tx
        .updateTable('found_accounts')
        .set({ chosen: sql<boolean>`id = any(${chosen}::uuid[])` })
        .where('connection', '=', connection)
        .execute();
      await tx
        .insertInto('audit_log')
        .values({
          id: v7(),
          actor_kind: by.kind,
          actor: by.actor,
          action: 'connection.accounts-chosen',
          subject: connection,
        })
        .execute();
      stillInTime();
      return true;
    });
    return taken && revision !== undefined ? { workflow, revision } : notChoosing('connecting');
  });
}

function notChoosing(state: string): Refusal {
  const words =
    state === 'discovering'
      ? 'The accounts are still being looked up. Ask again when the state is "choosing".'
      : `The choice has been made: the state is "${state}". To choose anew, connect again.`;
  return refuse('conflict', words);
}
