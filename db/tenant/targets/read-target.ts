import { type CompiledQuery, sql } from 'kysely';
import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/postgres';
import { factColumns, present } from '../media/facts.ts';
import type { TenantDb } from '../pools.ts';

/** The states in which nothing is left to publish; `held` waits for a person, who starts it again. */
const overStates = ['draft', 'published', 'failed', 'canceled', 'held', 'deleting', 'deleted'] as const;

export const isOver = (state: string): boolean => overStates.some((over) => over === state);

/** A target with its post, its account and its files, as far as publishing needs them. */
export async function readTarget(db: TenantDb, target: string) {
  // To build it takes longer than to run it, and every step reads it anew.
  compiled ??= query(db, target).compile();
  const [found] = (await db.executeQuery<Found>({ ...compiled, parameters: [target] })).rows;
  if (!found) return undefined;
  const { media, cover, ...row } = found;
  return { row, media: media.map(file), cover: cover ? file(cover) : undefined };
}

type Found = Awaited<ReturnType<ReturnType<typeof query>['execute']>>[number];
let compiled: CompiledQuery<Found> | undefined;

const query = (db: TenantDb, target: string) =>
  db
    .selectFrom('targets as t')
    .innerJoin('posts as p', 'p.id', 't.post')
    .innerJoin('accounts as a', 'a.id', 't.account')
    .select([
      't.id',
      't.kind',
      't.state',
      't.since',
      't.reason',
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
    .select((eb) => [
      sql<string | null>`coalesce(t.text, p.text)`.as('text'),
      // Instagram seldom changes it.
      sql<boolean>`coalesce(a.publishing_quota_read_at > clock_timestamp() - interval '6 hours', false)`.as(
        'isQuotaFresh',
      ),
      jsonArrayFrom(
        eb
          .selectFrom('post_media as pm')
          .innerJoin('media as m', 'm.id', 'pm.media')
          .select(['pm.position', 'pm.alt_text as altText', 'm.id', sha256, ...factColumns])
          .whereRef('pm.post', '=', 'p.id')
          .orderBy('pm.position'),
      ).as('media'),
      jsonObjectFrom(
        eb
          .selectFrom('media as m')
          // As if it were the only file of a post.
          .select([sql<number>`0`.as('position'), 'm.id', sha256, ...factColumns])
          .where('m.id', '=', sql<string>`(t.options ->> 'coverMedia')::uuid`),
      ).as('cover'),
    ])
    .where('t.id', '=', target);

const sha256 = sql<string>`encode(m.sha256, 'hex')`.as('sha256');

/** As JSON has neither bytes nor absence. */
function file<Row extends { sha256: string }>({ sha256: hex, ...row }: Row) {
  return { ...present(row), sha256: Buffer.from(hex, 'hex') };
}

type Read = NonNullable<Awaited<ReturnType<typeof readTarget>>>;
export type TargetRow = Read['row'];
/** A file of a post, with what was read of it when it was uploaded. */
export type MediaRow = Read['media'][number];
