import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Options } from './options.ts';
import type { WallClock } from './publish-at.ts';

/** A post as a command finds it. */
export type Standing = NonNullable<Awaited<ReturnType<typeof readOnce>>>;
export type StandingTarget = Awaited<ReturnType<typeof targetsOf>>[number];

export async function readStanding(db: TenantDb, id: string): Promise<Standing | undefined> {
  for (;;) {
    const post = await readOnce(db, id);
    // A worker may have given it back the text that is live while it was read.
    if (!post || (await isStill(db, post))) return post;
  }
}

async function readOnce(db: TenantDb, id: string) {
  const post = await db
    .selectFrom('posts')
    .select(['id', 'version', 'text', 'link', 'publish_at as publishAt', 'draft'])
    .select(
      sql<WallClock | null>`case when zone is null then null else json_build_object('local', local_time, 'zone', zone) end`.as(
        'wallClock',
      ),
    )
    .where('id', '=', id)
    .executeTakeFirst();
  if (!post) return undefined;
  const media = await db
    .selectFrom('post_media')
    .select(['media as id', 'alt_text as altText'])
    .where('post', '=', id)
    .orderBy('position')
    .execute();
  return { ...post, media, targets: await targetsOf(db, id) };
}

const isStill = async (db: TenantDb, { id, version }: { id: string; version: number }) =>
  (await db.selectFrom('posts').select('id').where('id', '=', id).where('version', '=', version).executeTakeFirst()) !==
  undefined;

const targetsOf = async (db: TenantDb, post: string) => (await targetQuery(db, post).execute()).map(withOptions);

/** The same, and nobody else changes them before this transaction ends. */
export const lockTargets = async (tx: TenantDb, post: string) =>
  (await targetQuery(tx, post).forUpdate().execute()).map(withOptions);

const targetQuery = (db: TenantDb, post: string) =>
  db
    .selectFrom('targets')
    .select(['id', 'account', 'kind', 'text', 'first_comment as firstComment', 'options', 'state', 'revision'])
    .select(['held_for as heldFor', 'choices', 'meta_id as metaId', 'wished_text as wishedText'])
    .where('post', '=', post)
    .orderBy('id');

const withOptions = <T extends { options: unknown }>(row: T) => ({ ...row, options: row.options as Options });

/**
 * How far a command gets with a target: it `can` be changed; it is `stranded`, because its account is gone, and can only be canceled; it `asks`
 * somebody whether it is live; it is `live`, or just becoming so; it is `over`, and nothing can be done with it any more.
 */
export type Reach = 'can' | 'stranded' | 'asks' | 'live' | 'over';

export function reachOf(target: Pick<StandingTarget, 'state' | 'heldFor' | 'account' | 'choices'>): Reach {
  const { state, heldFor, account, choices } = target;
  switch (state) {
    case 'held':
      if (heldFor === 'outcome') return 'asks';
      break;
    case 'failed':
      if (!choices.length) return 'over';
      break;
    case 'committing':
    case 'published':
    case 'deleting':
      return 'live';
    case 'canceled':
    case 'deleted':
      return 'over';
  }
  return account === null ? 'stranded' : 'can';
}

/** Waits for a person or a new login; no workflow is at it. */
export const rests = ({ state }: Pick<StandingTarget, 'state'>): boolean => state === 'held' || state === 'failed';
