import type { TenantDb } from '../pools.ts';
import { postsThatNeed } from './needed.ts';

type Removed = { is: 'removed'; files: Buffer[] } | { is: 'needed'; posts: string[] } | { is: 'absent' };

/**
 * Removes a media and its variants, in the given transaction, unless a post may still be published with it; posts that are over are left without it.
 * The files are the caller's to delete once this is committed: `deleteFile`.
 */
export async function removeMedia(tx: TenantDb, media: string): Promise<Removed> {
  // Locked, so that no post can begin to refer to it meanwhile.
  const row = await tx.selectFrom('media').select('sha256').where('id', '=', media).forUpdate().executeTakeFirst();
  if (!row) return { is: 'absent' };
  const posts = await postsThatNeed(tx, media).execute();
  if (posts.length) return { is: 'needed', posts: posts.map(({ post }) => post) };
  const variants = await tx.selectFrom('media_variants').select('sha256').where('media', '=', media).execute();
  await tx.deleteFrom('post_media').where('media', '=', media).execute();
  await tx.deleteFrom('media').where('id', '=', media).execute();
  return { is: 'removed', files: [row, ...variants].map(({ sha256 }) => sha256) };
}
