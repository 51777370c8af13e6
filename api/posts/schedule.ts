import type { ControlDb } from '../../db/control/connect.ts';
import { want } from '../../db/control/workflows/want.ts';
import { holdMedia } from '../../db/tenant/media/hold.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { publishId } from '../../workflows/ids.ts';
import { audit } from '../audit/write.ts';
import type { Change } from '../http/answer.ts';
import type { Member } from '../session/caller.ts';
import { withinTime } from '../within-time.ts';
import type { Time } from './publish-at.ts';
import type { NewPost } from './shapes.ts';

interface Stores {
  control: ControlDb;
  db: TenantDb;
  tenant: string;
}

type IdentifiedTarget = NewPost['targets'][number] & { id: string };
interface Decided extends Omit<NewPost, 'targets'>, Time {
  id: string;
  targets: IdentifiedTarget[];
  by: Member;
}

/** One of its files was deleted since it was looked at. */
class MediaGone extends Error {
  override readonly name = 'MediaGone';
}

/**
 * Makes the post: control hears first who is wanted, then the tenant's rows are committed, and whoever calls this nudges.
 * When it was begun before with the same ids and broke off, it begins again under a newer revision.
 */
export async function schedule(stores: Stores, post: Decided): Promise<Change[] | 'too-late' | 'media-gone'> {
  try {
    return await make(stores, post);
  } catch (error) {
    if (error instanceof MediaGone) return 'media-gone';
    throw error;
  }
}

async function make({ control, db, tenant }: Stores, post: Decided): Promise<Change[] | 'too-late'> {
  if (post.draft) {
    await insert(db, post, new Map());
    return [];
  }
  return withinTime(async (stillInTime) => {
    const revisions = new Map<string, number>();
    for (const { id } of post.targets) {
      const revision = await want(control, { id: publishId(tenant, id), tenant, dueAt: post.at });
      if (revision === undefined) return 'too-late';
      revisions.set(id, revision);
    }
    await insert(db, post, revisions, stillInTime);
    return [...revisions].map(([id, revision]) => ({ workflow: publishId(tenant, id), revision }));
  });
}

/** Who has to know of a post that is there already. */
export async function scheduled(db: TenantDb, tenant: string, post: string): Promise<Change[]> {
  const targets = await db
    .selectFrom('targets')
    .select(['id', 'revision'])
    .where('post', '=', post)
    .where('state', '!=', 'draft')
    .execute();
  return targets.map(({ id, revision }) => ({ workflow: publishId(tenant, id), revision }));
}

async function insert(db: TenantDb, post: Decided, revisions: Map<string, number>, inTime = () => {}): Promise<void> {
  const { id, draft, at, wallClock, by, targets, media } = post;
  const time = { publish_at: at, local_time: wallClock?.local ?? null, zone: wallClock?.zone ?? null };
  const files = [...media.map((file) => file.id), ...targets.flatMap(({ options }) => options?.coverMedia ?? [])];
  await db.transaction().execute(async (tx) => {
    if (!(await holdMedia(tx, files))) throw new MediaGone();
    await tx
      .insertInto('posts')
      .values({ id, text: post.text ?? null, link: post.link ?? null, ...time, draft, created_by: by.actor })
      .execute();
    if (media.length)
      await tx
        .insertInto('post_media')
        .values(media.map((file, position) => ({ post: id, position, media: file.id, alt_text: file.altText ?? null })))
        .execute();
    await tx
      .insertInto('targets')
      .values(
        targets.map((target) => ({
          id: target.id,
          post: id,
          account: target.account,
          kind: target.kind,
          text: target.text ?? null,
          first_comment: target.firstComment ?? null,
          options: JSON.stringify(target.options ?? {}),
          revision: revisions.get(target.id) ?? 1,
          state: draft ? ('draft' as const) : ('scheduled' as const),
        })),
      )
      .execute();
    await audit(tx, by, { action: draft ? 'post.drafted' : 'post.scheduled', subject: id });
    inTime();
  });
}
