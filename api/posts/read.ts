import type { TenantDb } from '../../db/tenant/pools.ts';
import { toInstant, toInstantOrNull } from '../shapes.ts';
import type { Post } from './shapes.ts';

export async function readPost(db: TenantDb, id: string): Promise<Post | undefined> {
  return (await readPosts(db, [id]))[0];
}

/** The posts with these ids, in this order; what is not there is left out. */
export async function readPosts(db: TenantDb, ids: readonly string[]): Promise<Post[]> {
  if (!ids.length) return [];
  const posts = await db
    .selectFrom('posts')
    .select(['id', 'text', 'link', 'publish_at', 'draft', 'created_at'])
    .where('id', 'in', ids)
    .execute();
  const media = await db
    .selectFrom('post_media')
    .select(['post', 'media as id', 'alt_text as altText'])
    .where('post', 'in', ids)
    .orderBy('position')
    .execute();
  const targets = await db.selectFrom('targets').selectAll().where('post', 'in', ids).orderBy('id').execute();
  const mediaOf = Map.groupBy(media, ({ post }) => post);
  const targetsOf = Map.groupBy(targets, ({ post }) => post);
  const byId = new Map(
    posts.map(({ publish_at, created_at, ...post }) => [
      post.id,
      {
        ...post,
        publishAt: toInstantOrNull(publish_at),
        createdAt: toInstant(created_at),
        media: mediaOf.get(post.id) ?? [],
        targets: (targetsOf.get(post.id) ?? []).map(present),
      },
    ]),
  );
  return ids.flatMap((id) => byId.get(id) ?? []);
}

type Row = Awaited<ReturnType<typeof rows>>[number];
const rows = (db: TenantDb) => db.selectFrom('targets').selectAll().execute();

const present = ({ meta_id, published_at, since, diagnostic, ...target }: Row): Post['targets'][number] => ({
  ...target,
  since: toInstant(since),
  diagnostic: diagnostic as Record<string, unknown> | null,
  metaId: meta_id,
  publishedAt: toInstantOrNull(published_at),
});
