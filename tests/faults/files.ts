import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { convert } from '../../activities/media/convert.ts';
import { film } from '../publish/films.ts';

/** A film that is `upright` may be a reel, one that is `wide` may not. */
export type Sort = 'picture' | 'upright' | 'wide';

export interface File {
  number: number;
  sort: Sort;
  /** Instagram takes none, so that it is converted there. */
  isPng: boolean;
}

const pngEvery = 3;
const counts = { picture: 24, upright: 12, wide: 8 } as const;

/** What posts are made of, each told apart by its number here, and by its bytes at Meta. */
export const files: readonly File[] = (Object.keys(counts) as Sort[])
  .flatMap((sort) => Array.from({ length: counts[sort] }, () => sort))
  .map((sort, number) => ({ number, sort, isPng: sort === 'picture' && number % pngEvery === 0 }));

const height = 400;
const leastWidth = 640;

export async function bytesOf({ number, sort, isPng }: File): Promise<Uint8Array> {
  if (sort !== 'picture') return film(sort);
  const create = { width: leastWidth + number, height, channels: 3, background: 'teal' } as const;
  const picture = sharp({ create });
  return (isPng ? picture.png() : picture.jpeg()).toBuffer();
}

/** By which a file is known at Meta: its own digest, and that of what is made of it there. */
export async function digestsOf({ isPng }: File, bytes: Uint8Array): Promise<string[]> {
  const made = isPng ? [(await convert(Buffer.from(bytes), Number.POSITIVE_INFINITY)).bytes] : [];
  return [bytes, ...made].map((one) => createHash('sha256').update(one).digest('hex'));
}
