import type { z } from 'zod';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { ok } from '../http/answer.ts';
import { readPost } from './read.ts';
import type { ChangedPost, Result } from './results.ts';
import { scheduled } from './schedule.ts';
import { versionTag } from './version.ts';

interface Asked {
  db: TenantDb;
  tenant: string;
  params: { id: string };
}

/**
 * Answers a repetition of what was carried out and then not heard. Others may have changed the post since: it is answered as it stands.
 * @param entry the id under which the log has the command, if it was carried out
 */
export async function repeated(
  { db, tenant, params }: Asked,
  entry: string,
  resolution: z.input<ChangedPost>['resolution'],
) {
  const done = await db.selectFrom('audit_log').select('details').where('id', '=', entry).executeTakeFirst();
  const post = done && (await readPost(db, params.id));
  if (!post) return undefined;
  const results = Object.entries(done.details as Outline).map(([target, result]) => ({
    ...{ target, result },
    words: result === 'done' ? 'Done when it was asked for first.' : 'Left as it was when this was asked for first.',
  }));
  // Nobody may have been told either.
  const changes = await scheduled(db, tenant, params.id);
  return ok({ ...post, notes: [], resolution, results }, { headers: versionTag(post), changes });
}

type Outline = Record<string, Result['result']>;

/** What the log keeps of results, to answer a repetition: the words are true for a moment only. */
export const outlineOf = (results: readonly Result[]): Outline =>
  Object.fromEntries(results.map(({ target, result }) => [target, result]));
