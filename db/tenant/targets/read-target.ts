import { sql } from 'kysely';
import { factColumns, present } from '../media/facts.ts';
import type { TenantDb } from '../pools.ts';

/** The states in which nothing is left to publish; `held` waits for a person, who starts it again. */
const overStates = ['draft', 'published', 'failed', 'canceled', 'held', 'deleting', 'deleted'] as const;

export const isOver = (state: string): boolean => overStates.some((over) => over === state);

/** A target with its post and its account, as far as publishing needs them. */
export const readTarget = (db: TenantDb, target: string) =>
  db
    .selectFrom('targets as t')
    .innerJoin('posts as p', 'p.id', 't.post')
    .innerJoin('accounts as a', 'a.id', 't.account')
    .select([
      't.id',
      't.kind',
      't.state',
      't.since',
      't.revision',
      't.meta_id as metaId',
      't.permalink',
      't.published_at as publishedAt',
      't.options',
      't.first_comment as firstComment',
      't.afresh_from as afreshFrom',
      't.wished_text as wishedText',
      'p.id as post',
      'p.link',
      'p.publish_at as publishAt',
      'a.id as account',
      'a.connection',
      'a.platform',
      'a.meta_id as accountMetaId',
    ])
    .select(sql<string | null>`coalesce(t.text, p.text)`.as('text'))
    .where('t.id', '=', target)
    .executeTakeFirst();

export type TargetRow = NonNullable<Awaited<ReturnType<typeof readTarget>>>;

/** The media of a post in their order, with what was read of the files. */
export async function readMedia(db: TenantDb, post: string) {
  const rows = await db
    .selectFrom('post_media as pm')
    .innerJoin('media as m', 'm.id', 'pm.media')
    .select(['pm.position', 'pm.alt_text as altText', 'm.id', 'm.sha256', ...factColumns])
    .where('pm.post', '=', post)
    .orderBy('pm.position')
    .execute();
  return rows.map(present);
}

/** An uploaded file by itself, as if it were the only one of a post. */
export async function readFile(db: TenantDb, id: string): Promise<MediaRow | undefined> {
  const row = await db
    .selectFrom('media as m')
    .select(['m.id', 'm.sha256', ...factColumns])
    .where('m.id', '=', id)
    .executeTakeFirst();
  return row && { ...present(row), position: 0 };
}

export type MediaRow = Awaited<ReturnType<typeof readMedia>>[number];
