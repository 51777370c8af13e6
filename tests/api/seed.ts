import { v7 } from 'uuid';
import type { TenantDb } from '../../db/tenant/pools.ts';

/** A connection as a worker would have written it. */
export async function seedConnection(
  db: TenantDb,
  state: 'discovering' | 'choosing' | 'connecting' | 'connected' = 'connected',
  scopes = ['pages_show_list', 'pages_read_engagement', 'pages_manage_posts'],
): Promise<string> {
  const id = v7();
  await db
    .insertInto('connections')
    .values({
      id,
      meta_user_id: `user-${id}`,
      state,
      created_by: v7(),
      missing: JSON.stringify(['A Page is missing.']),
    })
    .execute();
  await db
    .insertInto('credentials')
    .values({ id: v7(), connection: id, kind: 'user', token_sealed: Buffer.from('canary-token'), scopes })
    .execute();
  return id;
}

export async function seedFound(db: TenantDb, connection: string, name: string): Promise<string> {
  const id = v7();
  await db
    .insertInto('found_accounts')
    .values({ id, connection, platform: 'facebook', meta_id: `page-${id}`, page_meta_id: `page-${id}`, name })
    .execute();
  return id;
}

export async function seedAccount(
  db: TenantDb,
  connection: string,
  platform: 'facebook' | 'instagram' = 'facebook',
): Promise<string> {
  const id = v7();
  await db
    .insertInto('accounts')
    .values({ id, connection, platform, meta_id: `meta-${id}`, page_meta_id: `page-${id}`, name: `Account ${id}` })
    .execute();
  return id;
}

/** So many Pages of one login. */
export async function seedPages(db: TenantDb, count: number): Promise<string[]> {
  const connection = await seedConnection(db);
  return Promise.all(Array.from({ length: count }, () => seedAccount(db, connection)));
}

/** The smallest images there are, of each kind that is taken. */
export const images = {
  png: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
  gif: Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
  webp: Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64'),
  jpg: Buffer.from(
    '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z',
    'base64',
  ),
};
