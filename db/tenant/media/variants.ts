import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { type MediaStore, mediaKey } from '../../media/store.ts';
import type { TenantDb } from '../pools.ts';
import { expectFile } from './files.ts';

interface NewVariant {
  tenant: string;
  media: string;
  recipe: string;
  contentType: string;
  bytes: Buffer;
  width: number;
  height: number;
}

/** What was made of a media by this recipe. */
export const readVariant = (db: TenantDb, media: string, recipe: string) =>
  db
    .selectFrom('media_variants')
    .select(['id', 'sha256', 'content_type as contentType', 'bytes', 'width', 'height'])
    .where('media', '=', media)
    .where('recipe', '=', recipe)
    .executeTakeFirst();

export type Variant = NonNullable<Awaited<ReturnType<typeof readVariant>>>;

/**
 * Stores what was made of a media, unless somebody was faster: the first is the one that counts. Never refused for want of room, since a post waits
 * for it.
 */
export async function keepVariant(db: TenantDb, store: MediaStore, made: NewVariant): Promise<Variant> {
  const { tenant, media, recipe, contentType, bytes, width, height } = made;
  const sha256 = createHash('sha256').update(bytes).digest();
  await expectFile(db, { sha256, bytes: bytes.length });
  await store.put(mediaKey(tenant, sha256), inOnePart(bytes));
  await db
    .insertInto('media_variants')
    .values({ id: v7(), media, recipe, sha256, content_type: contentType, bytes: bytes.length, width, height })
    .onConflict((conflict) => conflict.columns(['media', 'recipe']).doNothing())
    .execute();
  const kept = await readVariant(db, media, recipe);
  if (!kept) throw new Error('A variant that was just made is gone');
  return kept;
}

async function* inOnePart(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
