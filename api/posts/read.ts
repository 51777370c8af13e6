import { sql } from 'kysely';
import { readFacts } from '../../db/tenant/media/facts.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { readWentOut, type WentOut } from '../../db/tenant/targets/went-out.ts';
import { whyOf } from '../../db/tenant/targets/why.ts';
import type { MediaFacts } from '../../meta/kinds.ts';
import { toInstant, toInstantOrNull } from '../shapes.ts';
import { wasPublished, whatItIs } from './becomes.ts';
import type { Options } from './options.ts';
import type { Post } from './shapes.ts';

/** A post as it is answered, and how often people have changed it. */
export type ReadPost = Post & { version: number };

export async function readPost(db: TenantDb, id: string): Promise<ReadPost | undefined> {
  return (await readPosts(db, [id]))[0];
}

/** The posts with these ids, in this order; what is not there is left out. */
export async function readPosts(db: TenantDb, ids: readonly string[]): Promise<ReadPost[]> {
  if (!ids.length) return [];
  const posts = await postRows(db, ids);
  const media = await db
    .selectFrom('post_media')
    .select(['post', 'media as id', 'alt_text as altText'])
    .where('post', 'in', ids)
    .orderBy('position')
    .execute();
  const facts = await readFacts(db, [...new Set(media.map(({ id }) => id))]);
  const targets = await targetRows(db, ids);
  const wentOut = await readWentOut(
    db,
    targets.filter(wasPublished).map(({ id }) => id),
  );
  const mediaOf = Map.groupBy(media, ({ post }) => post);
  const targetsOf = Map.groupBy(targets, ({ post }) => post);
  const byId = new Map(
    posts.map(({ publish_at, created_at, wallClock, ...post }) => {
      const own = mediaOf.get(post.id) ?? [];
      const targets = targetsOf.get(post.id) ?? [];
      const content = { link: post.link, media: own.flatMap(({ id }) => facts.get(id) ?? []) };
      const read: ReadPost = {
        ...post,
        // Read at the same moment as the targets' own: whether a text is live or still to be follows from both.
        ...targets.map(({ postText: text, postVersion: version }) => ({ text, version }))[0],
        publishAt: toInstantOrNull(publish_at),
        wallClock,
        createdAt: toInstant(created_at),
        media: own,
        targets: targets.map((target) => present(target, content, wentOut.get(target.id))),
      };
      return [post.id, read];
    }),
  );
  return ids.flatMap((id) => byId.get(id) ?? []);
}

const postRows = (db: TenantDb, ids: readonly string[]) =>
  db
    .selectFrom('posts')
    .select(['id', 'version', 'text', 'link', 'publish_at', 'draft', 'created_at'])
    .select(
      sql<
        Post['wallClock']
      >`case when zone is null then null else json_build_object('local', local_time, 'zone', zone) end`.as('wallClock'),
    )
    .where('id', 'in', ids)
    .execute();

const targetRows = (db: TenantDb, ids: readonly string[]) =>
  db
    .selectFrom('targets as t')
    .innerJoin('posts as p', 'p.id', 't.post')
    .leftJoin('accounts as a', 'a.id', 't.account')
    .selectAll('t')
    .select(['a.platform', 'p.text as postText', 'p.version as postVersion'])
    .where('t.post', 'in', ids)
    .orderBy('t.id')
    .execute();

type Row = Awaited<ReturnType<typeof targetRows>>[number];

const present = (
  {
    meta_id,
    published_at,
    since,
    diagnostic,
    first_comment,
    options,
    platform,
    wished_text,
    wished_at,
    reason,
    comment_reason,
    ...target
  }: Row,
  content: { link: string | null; media: MediaFacts[] },
  wentOut: WentOut | undefined,
): Post['targets'][number] => ({
  ...target,
  becomes: platform && whatItIs({ ...target, ...content, platform }, wentOut),
  options: options as Options,
  firstComment: first_comment,
  edit: wished_text !== null && wished_at ? { text: wished_text, since: toInstant(wished_at) } : null,
  since: toInstant(since),
  reason: whyOf({ reason, comment_reason }),
  diagnostic: diagnostic as Record<string, unknown> | null,
  metaId: meta_id,
  publishedAt: toInstantOrNull(published_at),
});
