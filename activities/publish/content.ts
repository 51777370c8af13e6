import { createHash } from 'node:crypto';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type MediaRow, readMedia, readTarget, type TargetRow } from '../../db/tenant/targets/read-target.ts';
import { type Form, formOf } from '../../meta/kinds.ts';
import { recipeOf } from '../media/media-for.ts';

/** What is to be published, as the rows have it at one moment. */
export interface Content {
  row: TargetRow;
  media: MediaRow[];
  /** What it becomes at Meta; undefined where there is no such thing. */
  form: Form | undefined;
  /** Tells whether something prepared was made from just this. */
  hash: Buffer;
}

/** @returns undefined where there is no such target */
export async function readContent(db: TenantDb, target: string): Promise<Content | undefined> {
  const row = await readTarget(db, target);
  if (!row) return undefined;
  const media = await readMedia(db, row.post);
  const form = formOf({ platform: row.platform, kind: row.kind, media });
  const photos = media.map((one) => photoHash(one, form).toString('hex'));
  return { row, media, form, hash: hashOf([row.kind, row.text, row.link, ...photos, ...optionsOf(row)]) };
}

/** Of what is sent: of an image that is converted on the way, how. */
export function photoHash(media: MediaRow, form: Form | undefined): Buffer {
  const recipe = recipeOf(form, media);
  return hashOf([media.sha256.toString('hex'), media.altText ?? null, ...(recipe ? [recipe] : [])]);
}

/** Without options the hash is what it was before there were any. */
const optionsOf = ({ options }: TargetRow): string[] => {
  const given = Object.entries(options ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return given.length ? [JSON.stringify(given)] : [];
};

/** The same parts give the same hash, for ever: what lies at Meta is known by it. */
export const hashOf = (parts: (string | null)[]): Buffer => createHash('sha256').update(JSON.stringify(parts)).digest();
