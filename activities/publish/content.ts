import { createHash } from 'node:crypto';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type MediaRow, readTarget, type TargetRow } from '../../db/tenant/targets/read-target.ts';
import { type Form, formOf } from '../../meta/kinds.ts';
import type { Options } from '../../meta/rules/options.ts';
import { recipeOf } from '../media/media-for.ts';

/** What is to be published, as the rows have it at one moment. */
export interface Content {
  row: TargetRow;
  media: MediaRow[];
  options: Options;
  /** What `coverMedia` among the options names. */
  cover: MediaRow | undefined;
  /** What it becomes at Meta; undefined where there is no such thing. */
  form: Form | undefined;
  /** Tells whether something prepared was made from just this. */
  hash: Buffer;
}

/** @returns undefined where there is no such target */
export async function readContent(db: TenantDb, target: string): Promise<Content | undefined> {
  const read = await readTarget(db, target);
  if (!read) return undefined;
  const { row, media, cover } = read;
  const options = (row.options ?? {}) as Options;
  const form = formOf({ platform: row.platform, kind: row.kind, media });
  return { row, media, options, cover, form, hash: hashWithText({ row, media, options, form }, row.text) };
}

/** What its hash is, or would be with other words. */
export const hashWithText = (
  { row, media, options, form }: Pick<Content, 'row' | 'media' | 'options' | 'form'>,
  text: string | null,
): Buffer => {
  const photos = media.map((one) => photoHash(one, form).toString('hex'));
  return hashOf([row.kind, text, row.link, ...photos, ...given(options)]);
};

/** Of what is sent: of an image that is converted on the way, how. */
export function photoHash(media: MediaRow, form: Form | undefined): Buffer {
  const recipe = recipeOf(form, media);
  return hashOf([media.sha256.toString('hex'), media.altText ?? null, ...(recipe ? [recipe] : [])]);
}

/** Without options the hash is what it was before there were any. */
const given = (options: Options): string[] => {
  const entries = Object.entries(options).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.length ? [JSON.stringify(entries)] : [];
};

/** The same parts give the same hash, for ever: what lies at Meta is known by it. */
export const hashOf = (parts: (string | null)[]): Buffer => createHash('sha256').update(JSON.stringify(parts)).digest();
