import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import sharp from 'sharp';
import { v7 } from 'uuid';
import { inject } from 'vitest';
import { withDatabase } from '../../db/admin.ts';
import type { TenantPools } from '../../db/tenant/pools.ts';
import { type Api, type Person, startApi } from '../api/api.ts';
import { seedAccount, seedConnection } from '../api/seed.ts';
import { HeldRow } from '../stack/held-row.ts';

export interface Media {
  id: string;
  url: string;
  contentType: string;
  conversions: { for: string; words: string }[];
}

/** An API, and in it a tenant. */
export const openTenant = async () =>
  tenantOf(await startApi({ MEDIA_MAX_BYTES: 50_000_000, TENANT_MEDIA_BYTES: 100_000_000 }));

/** A new tenant with an editor and an account, and what can be seen of its media. */
export async function tenantOf(api: Api) {
  const tenant = await api.fresh.tenant();
  const editor = await api.person(tenant, 'editor');
  const account = await api.rows(tenant, async (db) => seedAccount(db, await seedConnection(db)));
  return { api, tenant, editor, account, ...looks(api, tenant), ...deeds(api, tenant, editor, account) };
}

const looks = (api: Api, tenant: string) => ({
  /** The hashes of the files that lie in the store. */
  files: () => {
    const folder = join(api.config.MEDIA_DIR, tenant);
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  },
  /** The hashes that rows refer to. */
  referred: () =>
    api.rows(tenant, async (db) => {
      const [media, variants] = [db.selectFrom('media'), db.selectFrom('media_variants')];
      const rows = await media.select('sha256').unionAll(variants.select('sha256')).execute();
      return rows.map(({ sha256 }) => sha256.toString('hex')).sort();
    }),
  /** What a worker works with; the store is looked up anew each time, since a test may put another in its place. */
  parts: () => ({
    control: api.fresh.control,
    tenants: { use: api.rows } as TenantPools,
    media: api.parts.media,
  }),
  /** How many transactions of the tenant wait for a lock. */
  waitingForLocks: () =>
    api.rows(tenant, async (db) => {
      const { rows } = await sql<{ waiting: number }>`
        select count(distinct l.pid)::int as waiting from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where not l.granted and a.datname = current_database()`.execute(db);
      return rows[0]?.waiting;
    }),
});

const deeds = (api: Api, tenant: string, editor: Person, account: string) => ({
  upload: async (bytes: Uint8Array) => (await editor.client.post<Media>('/v1/media', bytes)).body,
  /** As if uploads and what was noted of media had been longer ago. */
  later: (hours: number) =>
    api.rows(tenant, async (db) => {
      await sql`update media_files set expected_until = expected_until - make_interval(hours => ${hours})`.execute(db);
      await sql`update media set unused_since = unused_since - make_interval(hours => ${hours})`.execute(db);
    }),
  /** Nobody can change these rows until they are let go. */
  hold: async (query: string, values: unknown[]) => {
    const { database } = await api.control
      .selectFrom('tenants')
      .select('database')
      .where('id', '=', tenant)
      .executeTakeFirstOrThrow();
    return HeldRow.take(withDatabase(inject('superuserUrl'), database), query, values);
  },
  post: (media: string[], state: string, more: { options?: object; choices?: string[] } = {}) =>
    api.rows(tenant, async (db) => {
      const [post, target] = [v7(), v7()];
      await db.insertInto('posts').values({ id: post, created_by: v7() }).execute();
      for (const [position, file] of media.entries())
        await db.insertInto('post_media').values({ post, position, media: file }).execute();
      const options = JSON.stringify(more.options ?? {});
      await sql`insert into targets (id, post, account, kind, state, options, choices)
        values (${target}, ${post}, ${account}, 'feed', ${state}, ${options}, ${more.choices ?? []})`.execute(db);
      return { post, target };
    }),
});

let made = 0;

/** A JPEG that no other is the same as. */
export const photo = (width = 60, height = 40) => {
  made += 1;
  const mean = 50 + made;
  return sharp({
    create: { width, height, channels: 3, background: 'teal', noise: { type: 'gaussian', mean, sigma: 30 } },
  })
    .jpeg()
    .toBuffer();
};
