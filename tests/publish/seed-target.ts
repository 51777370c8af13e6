import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { TenantDb } from '../../db/tenant/pools.ts';

/** A post for a Page of a connection of its own, as rows alone: nothing of it is at Meta, and no workflow is wanted. */
export async function seedTarget(db: TenantDb, state: 'preparing' | 'armed' | 'committing' | 'published') {
  const [connection, account, post, target] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()];
  await sql`insert into connections (id, meta_user_id, state, created_by)
    values (${connection}, ${connection}, 'connected', ${uuidv7()})`.execute(db);
  await sql`insert into accounts (id, connection, platform, meta_id, page_meta_id, name)
    values (${account}, ${connection}, 'facebook', ${account}, ${account}, 'Page')`.execute(db);
  await sql`insert into posts (id, text, created_by) values (${post}, 'Text', ${uuidv7()})`.execute(db);
  await sql`insert into targets (id, post, account, kind, state)
    values (${target}, ${post}, ${account}, 'feed', ${state})`.execute(db);
  return { connection, account, target };
}
