import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';

/** How what was made public had been made ready at Meta. */
export interface WentOut {
  step: 'photo' | 'upload' | 'container' | 'draft';
  /** How many photos or containers were put into it. */
  parts: number;
  /** A video was sent in chunks, as only one is that becomes no reel. */
  inChunks: boolean;
}

/** As what these targets went out, by their ledger, which keeps it though files are deleted here; of those of which it says so. */
export async function readWentOut(db: TenantDb, targets: readonly string[]): Promise<Map<string, WentOut>> {
  if (!targets.length) return new Map();
  const { rows } = await sql<WentOut & { target: string }>`
    select distinct on (c.target) c.target, s.step, coalesce(s.progress ? 'session', false) as "inChunks",
      (select count(*)::int from ledger p where p.target = s.target and p.part_of = s.id) as parts
    from ledger c
    join ledger s on s.target = c.target and s.meta_id = c.meta_id and s.step in ('photo', 'upload', 'container', 'draft')
    where c.target = any(${[...targets]}::uuid[]) and c.step = 'commit' and c.status not in ('abandoned', 'refused')
    order by c.target, c.status = 'done' desc, c.opened_at desc`.execute(db);
  return new Map(rows.map(({ target, ...wentOut }) => [target, wentOut]));
}
