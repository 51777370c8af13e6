import type { Flaw } from '../http/problem.ts';
import type { NewPost } from './shapes.ts';

const PHOTOS_MAX = 10;
/** What Meta takes as a photo of a Page; WebP is not among it. */
const pagePhotoTypes = new Set(['image/jpeg', 'image/png', 'image/gif']);

export interface Known {
  accounts: ReadonlyMap<string, { platform: 'facebook' | 'instagram' }>;
  media: ReadonlyMap<string, { contentType: string }>;
}

export interface Preflight {
  /** What breaks a rule, of ours or of Meta's. */
  flaws: Flaw[];
  /** What is sensible but cannot be done yet. */
  notYet: Flaw[];
}

/** What Meta, or this version of the product, would refuse later, said now. */
export function preflight(post: NewPost, known: Known): Preflight {
  const flaws = [...wholePost(post), ...mediaFlaws(post, known)];
  const notYet: Flaw[] = [];
  const seen = new Set<string>();
  post.targets.forEach((target, index) => {
    const at = `/targets/${index}`;
    const account = known.accounts.get(target.account);
    if (!account) flaws.push({ pointer: `${at}/account`, detail: 'There is no such account.' });
    if (seen.has(target.account)) flaws.push({ pointer: `${at}/account`, detail: 'This account is named twice.' });
    seen.add(target.account);
    if (isEmpty(post, target.text))
      flaws.push({ pointer: at, detail: 'There is nothing to publish: give a text, a link or a photo.' });
    notYet.push(...targetNotYet(target, at, account?.platform));
  });
  return { flaws, notYet };
}

function wholePost({ link, media }: NewPost): Flaw[] {
  const flaws: Flaw[] = [];
  if (link && media.length)
    flaws.push({
      pointer: '/link',
      detail: 'A post has a link or photos, not both; write the address into the text instead.',
    });
  if (media.length > PHOTOS_MAX)
    flaws.push({ pointer: '/media', detail: `A post on a Page has ${PHOTOS_MAX} photos at most.` });
  return flaws;
}

function mediaFlaws({ media }: NewPost, known: Known): Flaw[] {
  return media.flatMap(({ id }, index) => {
    const pointer = `/media/${index}/id`;
    const found = known.media.get(id);
    if (!found) return [{ pointer, detail: 'There is no such media; upload it with POST /v1/media first.' }];
    if (media.findIndex((other) => other.id === id) < index) return [{ pointer, detail: 'This photo is named twice.' }];
    if (!pagePhotoTypes.has(found.contentType))
      return [
        {
          pointer,
          detail: `A Page takes JPEG, PNG and GIF, not ${found.contentType}. Convert it and upload it again.`,
        },
      ];
    return [];
  });
}

function targetNotYet(target: NewPost['targets'][number], at: string, platform: string | undefined): Flaw[] {
  const flaws: Flaw[] = [];
  if (target.kind !== 'feed')
    flaws.push({ pointer: `${at}/kind`, detail: `A ${target.kind} is not available yet; use "feed".` });
  if (platform === 'instagram')
    flaws.push({
      pointer: `${at}/account`,
      detail: 'Publishing to Instagram is not available yet; choose a Facebook Page.',
    });
  if (target.firstComment)
    flaws.push({ pointer: `${at}/firstComment`, detail: 'A first comment is not available yet; leave it out.' });
  if (target.options && Object.keys(target.options).length)
    flaws.push({ pointer: `${at}/options`, detail: 'Options are not available yet; leave them out.' });
  return flaws;
}

const isEmpty = ({ text, link, media }: NewPost, own: string | null | undefined) =>
  !(own ?? text)?.trim() && !link && !media.length;
