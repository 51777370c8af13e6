import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { TenantDb } from '../../db/tenant/pools.ts';

export interface Notice {
  about: 'connection' | 'account';
  subject: string;
  words: string;
  remedy: string;
  /** The workflow's time, where it is said at a time of its. */
  nowMs?: number;
}

/** Tells the members something that needs one of them; the same thing once in a month, dismissed or not. */
export async function notify(
  db: TenantDb,
  { about, subject, words, remedy, nowMs = Date.now() }: Notice,
): Promise<void> {
  const at = new Date(nowMs);
  await sql`
    insert into notices (id, about, subject, words, remedy, created_at)
    select ${uuidv7()}::uuid, ${about}, ${subject}::uuid, ${words}, ${remedy}, ${at}
    where not exists (
      select from notices
      where (about, subject, words) = (${about}, ${subject}::uuid, ${words})
        and created_at > ${at}::timestamptz - interval '30 days')`.execute(db);
}
