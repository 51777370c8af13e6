import { createHash } from 'node:crypto';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type MediaRow, readMedia, readTarget, type TargetRow } from '../../db/tenant/targets/read-target.ts';

/** What is to be published, as the rows have it at one moment. */
export interface Content {
  row: TargetRow;
  media: MediaRow[];
  /** Tells whether something prepared was made from just this. */
  hash: Buffer;
}

/** @returns undefined where there is no such target */
export async function readContent(db: TenantDb, target: string): Promise<Content | undefined> {
  const row = await readTarget(db, target);
  if (!row) return undefined;
  const media = await readMedia(db, row.post);
  return {
    row,
    media,
    hash: hashOf([row.kind, row.text, row.link, ...media.map((m) => photoHash(m).toString('hex'))]),
  };
}

export const photoHash = (media: MediaRow): Buffer => hashOf([media.sha256.toString('hex'), media.altText]);

const hashOf = (parts: (string | null)[]): Buffer => createHash('sha256').update(JSON.stringify(parts)).digest();
