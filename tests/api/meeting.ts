import { type RawBuilder, sql } from 'kysely';
import { eventually } from '../stack/eventually.ts';
import type { Api } from './api.ts';

interface Meeting {
  tenant: string;
  /** Takes the lock at which the requests are to meet. */
  lock: RawBuilder<unknown>;
  /** How many stand at it when it is let go. */
  waiting: number;
  /** And how many have come as far as the database at all, where not all of them can stand at the lock. */
  connected?: number;
}

/** Makes requests meet: they are sent while a lock is held, which is let go when they stand before it. */
export function meet<T>(api: Api, { tenant, lock, waiting, connected = 0 }: Meeting, send: () => Promise<T>[]) {
  return api.rows(tenant, async (holder) => {
    const requests = await holder.transaction().execute(async (tx) => {
      await lock.execute(tx);
      const sent = send();
      await eventually(
        async () => {
          const come = await standing(api, tenant);
          return come.waiting >= waiting && come.connected >= connected;
        },
        { what: `${waiting} requests to stand at the lock` },
      );
      return sent;
    });
    return Promise.all(requests);
  });
}

const standing = (api: Api, tenant: string) =>
  api.rows(tenant, async (db) => {
    const { rows } = await sql<{ waiting: number; connected: number }>`
      with here as (select pid, usename from pg_stat_activity where datname = current_database())
      select (select count(distinct pid) from pg_locks where not granted and pid in (select pid from here)) as waiting,
             (select count(*) from here where usename like '%_api') as connected`.execute(db);
    return rows[0] ?? { waiting: 0, connected: 0 };
  });
