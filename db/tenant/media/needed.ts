import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';

/** A target in these states has been published with its media, or never will be. */
const finished = ['published', 'canceled', 'deleting', 'deleted'];

/** The posts that may still be published with this media, as one of its files or as the cover of a reel. */
export const postsThatNeed = (db: TenantDb, media: string) =>
  db
    .selectFrom('targets as t')
    .select('t.post')
    .distinct()
    .where(sql<boolean>`t.state <> all (${finished})`)
    .where(sql<boolean>`not (t.state = 'failed' and t.choices = '{}')`)
    // Without an account nothing goes on.
    .where('t.account', 'is not', null)
    .where(({ or, exists, selectFrom }) =>
      or([
        exists(
          selectFrom('post_media as pm')
            .select('pm.post')
            .whereRef('pm.post', '=', 't.post')
            .where('pm.media', '=', media),
        ),
        sql<boolean>`t.options ->> 'coverMedia' = ${media}`,
      ]),
    );
