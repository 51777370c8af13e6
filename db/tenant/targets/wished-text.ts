import { sql } from 'kysely';
import { editsAfter } from '../ledger/edits.ts';
import type { TenantDb } from '../pools.ts';
import type { Diagnostic } from './record.ts';

const noWish = { wished_text: null, wished_at: null };

/** Writes down what the text of a published target is to be at Meta. Until it is so, the target keeps the text that is live. */
export async function wishText(tx: TenantDb, target: string, text: string): Promise<void> {
  await tx
    .updateTable('targets')
    .set({ wished_text: text, wished_at: sql`clock_timestamp()`, reason: null, diagnostic: null })
    .where('id', '=', target)
    .execute();
}

/** @returns what the text is to be at Meta, and since when; undefined where nothing is to change, or it is not published any more */
export async function readWish(db: TenantDb, target: string): Promise<{ text: string; ageMs: number } | undefined> {
  const row = await db
    .selectFrom('targets')
    .select('wished_text as text')
    .select(sql<number>`(extract(epoch from clock_timestamp() - wished_at) * 1000)::float8`.as('ageMs'))
    .where('id', '=', target)
    .where('state', '=', 'published')
    .executeTakeFirst();
  return row?.text == null ? undefined : { text: row.text, ageMs: row.ageMs };
}

/** Whether it still is; the target stays as it is until the transaction ends. */
export async function isWished(tx: TenantDb, target: string, text: string): Promise<boolean> {
  const row = await tx
    .selectFrom('targets')
    .select('id')
    .where('id', '=', target)
    .where('state', '=', 'published')
    .where('wished_text', '=', text)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Meta has the text by this edit: it is the target's from now on, under the post's name where it is the same. A wish for another text stays a
 * wish. Who was frozen meanwhile comes too late to say so: what a later edit has made of the text stands.
 */
export const textIsLive = (
  db: TenantDb,
  target: string,
  { text, edit }: { text: string; edit: string },
): Promise<void> =>
  withPost(db, target, async (tx, post) => {
    const later = await editsAfter(tx, edit);
    if (later.includes('done')) return;
    await tx
      .updateTable('targets')
      .set({ text: text === post.text ? null : text, reason: null, diagnostic: null })
      .where('id', '=', target)
      .where('state', 'in', ['published', 'deleting'])
      .execute();
    if (later.length) return;
    await tx.updateTable('targets').set(noWish).where('id', '=', target).where('wished_text', '=', text).execute();
  });

interface Staying {
  wish: string;
  reason: string;
  diagnostic?: Diagnostic;
  /** The text that Meta has, where it may be another than the one that is stored. */
  shown?: string;
}

/**
 * The text stays as it is at Meta, for this reason. Where the post was to have the new text and no other target has it, or is to have it, the
 * post has its former text again: what is stored is what is live.
 */
export const textStays = (db: TenantDb, target: string, { wish, reason, diagnostic, shown }: Staying): Promise<void> =>
  withPost(db, target, async (tx, post) => {
    const given = await tx
      .updateTable('targets')
      .set({ ...noWish, reason, diagnostic: diagnostic ? JSON.stringify(diagnostic) : null })
      .$if(shown !== undefined, (query) => query.set({ text: shown === post.text ? null : (shown as string) }))
      .where('id', '=', target)
      .where('state', '=', 'published')
      .where('wished_text', '=', wish)
      .returning('text')
      .executeTakeFirst();
    const live = given?.text ?? null;
    if (live === null || wish !== post.text || (await isAnyones(tx, post.id, wish))) return;
    await tx
      .updateTable('posts')
      .set({ text: live || null, version: sql`version + 1`, updated_at: sql`clock_timestamp()` })
      .where('id', '=', post.id)
      .execute();
    await tx.updateTable('targets').set({ text: null }).where('post', '=', post.id).where('text', '=', live).execute();
  });

/** Whether a target of the post has its text, or is to have it; what was canceled or deleted does not count. */
async function isAnyones(tx: TenantDb, post: string, text: string): Promise<boolean> {
  const one = await tx
    .selectFrom('targets')
    .select('id')
    .where('post', '=', post)
    .where('state', 'not in', ['canceled', 'deleted'])
    .where((eb) => eb.or([eb('text', 'is', null), eb('wished_text', '=', text)]))
    .limit(1)
    .executeTakeFirst();
  return one !== undefined;
}

/** In the order in which commands lock them: the post, then its targets. */
async function withPost(
  db: TenantDb,
  target: string,
  work: (tx: TenantDb, post: { id: string; text: string | null }) => Promise<void>,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const post = await tx
      .selectFrom('posts')
      .select(['id', 'text'])
      .where('id', '=', (eb) => eb.selectFrom('targets').select('post').where('id', '=', target))
      .forUpdate()
      .executeTakeFirst();
    if (post) await work(tx, post);
  });
}
