import { lastBackAt } from '../../db/control/presence.ts';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { connectionId } from '../../workflows/ids.ts';
import { ageMs, tenantOrNothing } from './entry.ts';
import { keepUpAtMs } from './keep-up-moment.ts';
import { unmailed } from './mail-notices.ts';
import type { ConnectionParts, ConnectionRef } from './parts.ts';

/** What the workflow of a connection has to know: words of ours, times, a revision. */
export type ConnectionFacts =
  | { is: 'absent'; wanted: number; entryAgeMs: number }
  | { is: 'erasing'; wanted: number }
  | {
      is: 'discovering' | 'choosing' | 'connecting' | 'connected';
      wanted: number;
      refreshAtMs?: number;
      /** When everything about it is looked at again. */
      keepUpAtMs?: number;
      /** When the login ends for which nobody but the person can get another. */
      renewByMs?: number;
      /** When a login ends that Meta may still extend. */
      refreshedByMs?: number;
      /** When Meta stops showing Instagram's data, unless the person logs in again. */
      dataAccessEndsAtMs?: number;
      /** There are notices to be mailed. */
      mail?: true;
    };

/** Reads the entry first and then the rows, so that whatever is wanted in between is noticed when leaving. */
export const readConnection =
  ({ control, tenants, mailer }: Pick<ConnectionParts, 'control' | 'tenants' | 'mailer'>) =>
  async ({ tenant, connection }: ConnectionRef): Promise<ConnectionFacts> => {
    const entry = await readEntry(control, connectionId(tenant, connection));
    const wanted = entry?.wanted ?? 0;
    const row = await tenantOrNothing(() => tenants.use(tenant, (db) => read(db, connection)));
    if (!row) return { is: 'absent', wanted, entryAgeMs: ageMs(entry) };
    if (row.state === 'erasing') return { is: 'erasing', wanted };
    const backAt = await lastBackAt(control);
    return {
      is: row.state,
      wanted,
      ...at('refreshAtMs', row.refresh_at),
      keepUpAtMs: keepUpAtMs(connection, (row.kept_up_at ?? row.created_at).getTime(), backAt?.getTime()),
      ...at('renewByMs', row.health === 'renewal-needed' ? row.expires_at : null),
      ...at('refreshedByMs', row.health === 'alive' ? row.expires_at : null),
      ...at('dataAccessEndsAtMs', row.instagram ? row.data_access_expires_at : null),
      ...(mailer && row.mail && { mail: true }),
    };
  };

const at = (name: string, moment: Date | null) => (moment ? { [name]: moment.getTime() } : {});

const read = (db: TenantDb, connection: string) =>
  db
    .selectFrom('connections as c')
    .leftJoin('credentials as u', (join) => join.onRef('u.connection', '=', 'c.id').on('u.kind', '=', 'user'))
    .select([
      'c.state',
      'c.created_at',
      'c.kept_up_at',
      'u.health',
      'u.refresh_at',
      'u.expires_at',
      'u.data_access_expires_at',
    ])
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('accounts as a')
            .select('a.id')
            .whereRef('a.connection', '=', 'c.id')
            .where('a.platform', '=', 'instagram'),
        )
        .as('instagram'),
    )
    .select((eb) => eb.exists(eb.selectFrom('notices').select('id').where(unmailed)).as('mail'))
    .where('c.id', '=', connection)
    .executeTakeFirst();
