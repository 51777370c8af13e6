import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { TenantDb } from '../../db/tenant/pools.ts';

export interface Notice {
  about: 'connection' | 'account';
  subject: string;
  words: string;
  remedy: string;
}

/** Tells the members something that needs one of them; the same thing once in a month, dismissed or not. */
export async function notify(db: TenantDb, { about, subject, words, remedy }: Notice): Promise<void> {
  await sql`
    insert into notices (id, about, subject, words, remedy)
    select ${uuidv7()}::uuid, ${about}, ${subject}::uuid, ${words}, ${remedy}
    where not exists (
      select from notices
      where (about, subject, words) = (${about}, ${subject}::uuid, ${words})
        and created_at > clock_timestamp() - interval '30 days')`.execute(db);
}
