import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { film } from '../publish/films.ts';

/** A film that is `upright` may be a reel, one that is `wide` may not. */
export type Sort = 'picture' | 'upright' | 'wide';

export interface File {
  number: number;
  sort: Sort;
}

const counts = { picture: 24, upright: 12, wide: 8 } as const;

/** What posts are made of, each told apart by its number here, and by its bytes at Meta. */
export const files: readonly File[] = (Object.keys(counts) as Sort[])
  .flatMap((sort) => Array.from({ length: counts[sort] }, () => sort))
  .map((sort, number) => ({ number, sort }));

const height = 400;
const leastWidth = 640;

/** Pictures go to both platforms as they are. */
export async function bytesOf({ number, sort }: File): Promise<Uint8Array> {
  if (sort !== 'picture') return film(sort);
  const create = { width: leastWidth + number, height, channels: 3, background: 'teal' } as const;
  return sharp({ create }).jpeg().toBuffer();
}

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
