import { buffer } from 'node:stream/consumers';
import { type MediaStore, mediaKey } from '../../db/media/store.ts';
import { readFacts } from '../../db/tenant/media/facts.ts';
import { keepVariant, readVariant } from '../../db/tenant/media/variants.ts';
import type { TenantPools } from '../../db/tenant/pools.ts';
import { type Conversion, conversionFor } from '../../meta/conversions.ts';
import { type Form, isImage, type MediaFacts } from '../../meta/kinds.ts';
import { formLimits } from '../../meta/rules/form-limits.ts';
import { coverImage } from '../../meta/rules/instagram-limits.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** What is sent of a media. */
export interface Sendable {
  /** For `signMediaUrl`, whether it is the media itself or what was made of it. */
  id: string;
  /** For the media store. */
  key: string;
  contentType: string;
  bytes: number;
  width: number;
  height: number;
}

interface Parts {
  tenants: TenantPools;
  media: MediaStore;
}

interface Wanted {
  tenant: string;
  /** A cover has limits of its own; undefined: of no form, so as it is. */
  form: Form | 'cover' | undefined;
  media: { id: string; sha256: Buffer };
}

/**
 * What is to be sent of a media so that Meta takes it below this form: itself, or for an image that has to be converted what was made of it,
 * once. Which of the two, and what comes out, follows from the file and the form alone.
 * @throws MediaNotFound
 * @throws NotConverted
 */
export async function mediaFor({ tenants, media: store }: Parts, { tenant, form, media }: Wanted): Promise<Sendable> {
  const facts = (await tenants.use(tenant, (db) => readFacts(db, [media.id]))).get(media.id);
  if (!facts) throw new Error('A media that a post refers to is gone');
  const key = mediaKey(tenant, media.sha256);
  const conversion = conversionOf(form, facts);
  if (!conversion) return { id: media.id, key, ...sizeOf(facts) };

  const { recipe, maxBytes } = conversion;
  const known = () => tenants.use(tenant, (db) => readVariant(db, media.id, recipe));
  const make = async () => {
    // Loaded when the first image needs it: the library is a third of an idle process.
    const { convert } = await import('./convert.ts');
    const { bytes, ...size } = await convert(await buffer(await store.read(key)), maxBytes);
    const variant = { tenant, media: media.id, recipe, contentType: 'image/jpeg', bytes, ...size };
    return tenants.use(tenant, (db) => keepVariant(db, store, variant));
  };
  // Looked for again when its turn has come: who came before may have made it.
  const variant = (await known()) ?? (await oneAtATime(async () => (await known()) ?? (await make())));
  return { ...variant, key: mediaKey(tenant, variant.sha256) };
}

/**
 * Of the same media, and of the same form, another recipe gives something else: it belongs to what a prepared piece was made from.
 * @returns null where it is sent as it is
 */
export const recipeOf = (form: Form | 'cover' | undefined, facts: MediaFacts): string | null =>
  conversionOf(form, facts)?.recipe ?? null;

function conversionOf(form: Form | 'cover' | undefined, facts: MediaFacts): Conversion | undefined {
  const limits = form === 'cover' ? coverImage : form && formLimits[form].image;
  return limits && isImage(facts) ? conversionFor(facts, limits) : undefined;
}

const sizeOf = ({ contentType, bytes, width, height }: MediaFacts) => ({ contentType, bytes, width, height });
