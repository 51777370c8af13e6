import { sql } from 'kysely';
import { v7 } from 'uuid';
import type { ControlDb } from '../../db/control/connect.ts';
import { want } from '../../db/control/workflows/want.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { endable, letGo } from '../../db/tenant/targets/let-go.ts';
import { connectionId, publishId } from '../../workflows/ids.ts';
import type { Change } from '../http/answer.ts';
import type { Member } from '../session/caller.ts';
import { withinTime } from '../within-time.ts';

interface Stores {
  control: ControlDb;
  db: TenantDb;
  tenant: string;
}

/** Says in the rows that a connection is to go: nothing new begins on it from then on. @returns whom to tell; undefined where there is none */
export function fence({ control, db, tenant }: Stores, connection: string, by: Member): Promise<Change | undefined> {
  const workflow = connectionId(tenant, connection);
  return withinTime(async (stillInTime) => {
    const revision = await want(control, { id: workflow, tenant });
    const there = await db.transaction().execute(async (tx) => {
      const row = await tx.selectFrom('connections').select('state').where('id', '=', connection).executeTakeFirst();
      if (!row) return false;
      const fenced = await tx
        .updateTable('connections')
        .set({ state: 'erasing', since: sql<Date>`clock_timestamp()`, reason: null, remedy: null })
        .where('id', '=', connection)
        .where('state', '!=', 'erasing')
        .executeTakeFirst();
      if (fenced.numUpdatedRows > 0n)
        await tx
          .insertInto('audit_log')
          .values({
            ...{ id: v7(), actor_kind: by.kind, actor: by.actor },
            ...{ action: 'connection.disconnect', subject: connection },
          })
          .execute();
      stillInTime();
      return true;
    });
    return there && revision !== undefined ? { workflow, revision } : undefined;
  });
}

/**
 * Cancels what is scheduled on the accounts of a connection, unless another person's login for the account lives: then that one goes on.
 * @returns `tooLate`: what a commit had claimed already, or what may be live; each says what became of it
 */
export const cancelScheduled = (stores: Stores, connection: string) =>
  withinTime(async () => {
    const { control, db, tenant } = stores;
    const targets = await scheduledOn(db, connection);
    const { changes, canceled, unsaid, tooLate } = await letGo(
      { control, tenant, inTenant: (work) => work(db) },
      targets.map((target) => ({ ...target, workflow: publishId(tenant, target.id) })),
      connection,
    );
    return { changes, canceled, tooLate: [...tooLate, ...unsaid] };
  });

const scheduledOn = (db: TenantDb, connection: string) =>
  db
    .selectFrom('targets as t')
    .innerJoin('accounts as a', 'a.id', 't.account')
    .select(['t.id', 't.revision'])
    .where('a.connection', '=', connection)
    .where('t.state', 'in', endable)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('credentials as c')
            .innerJoin('connections as o', 'o.id', 'c.connection')
            .select('c.id')
            .whereRef('c.account', '=', 'a.id')
            .where('c.connection', '!=', connection)
            .where('c.health', '=', 'alive')
            .where('o.state', '!=', 'erasing'),
        ),
      ),
    )
    .execute();
