import { holdMedia } from '../../db/tenant/media/hold.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { wishText } from '../../db/tenant/targets/wished-text.ts';
import { type Found, Overtaken } from './carry-out.ts';
import { type PlannedContent, sharedMoves } from './plan.ts';
import type { Time } from './publish-at.ts';
import { isPublished } from './published-edits.ts';
import type { Standing } from './standing.ts';

export interface Edit {
  post: Standing;
  after: PlannedContent;
  time: Time;
  schedules: boolean;
}

/**
 * Writes what an edit leaves of a post.
 * @returns false when nothing was written: link and media are the same for every account, and one of them is out of reach by now
 * @throws Overtaken when one of its files was deleted meanwhile
 */
export async function writeContent(
  tx: TenantDb,
  { post, after, time, schedules }: Edit,
  { reached, late }: Found,
): Promise<boolean> {
  const moves = sharedMoves(post, after);
  if (moves && late.length) return false;
  const reachedIds = new Set(reached.map(({ id }) => id));
  const changed = after.targets.filter(({ id }) => reachedIds.has(id));
  const covers = changed.flatMap(({ wording }) => wording.options.coverMedia ?? []);
  if (!(await holdMedia(tx, [...covers, ...(moves ? after.media.map(({ id }) => id) : [])]))) throw new Overtaken();
  await tx
    .updateTable('posts')
    .set({ text: after.text, link: after.link, ...timeColumns(time), ...(schedules && { draft: false }) })
    .where('id', '=', post.id)
    .execute();
  if (moves) await writeMedia(tx, post.id, after.media);
  const live = new Set(reached.filter(isPublished).map(({ id }) => id));
  for (const { id, wording } of changed) {
    const text = wording.text ?? after.text;
    // It keeps the text that is live until Meta has the new one.
    if (live.has(id) && text) await wishText(tx, id, text);
    if (live.has(id)) continue;
    await tx
      .updateTable('targets')
      .set({ text: wording.text, first_comment: wording.firstComment, options: JSON.stringify(wording.options) })
      .where('id', '=', id)
      .execute();
  }
  // What is out keeps the wording that it went out with.
  if (after.text !== post.text)
    for (const { id, text } of late)
      if (text === null)
        await tx
          .updateTable('targets')
          .set({ text: post.text ?? '' })
          .where('id', '=', id)
          .execute();
  return true;
}

const timeColumns = ({ at, wallClock }: Time) => ({
  publish_at: at,
  local_time: wallClock?.local ?? null,
  zone: wallClock?.zone ?? null,
});

async function writeMedia(tx: TenantDb, post: string, media: PlannedContent['media']): Promise<void> {
  await tx.deleteFrom('post_media').where('post', '=', post).execute();
  if (!media.length) return;
  await tx
    .insertInto('post_media')
    .values(media.map(({ id, altText }, position) => ({ post, position, media: id, alt_text: altText })))
    .execute();
}
