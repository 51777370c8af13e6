import type { HttpClient } from '../stack/http.ts';
import { ask } from './ask.ts';
import type { Wish } from './commands.ts';
import type { Acknowledged } from './judge.ts';
import type { Options } from './options.ts';
import type { Wording } from './plan.ts';

/** A post as it stands at the API, and how its wordings are written there. */
export interface Asked {
  post: string;
  /** With its tags: they are given with every edit, as its files may be others. */
  target: { id: string; userTags?: Options['userTags'] };
  textOf: (wording: number) => string | null;
  wordings: readonly Wording[];
  /** The media that a file was uploaded as. */
  mediaOf: (file: number) => string;
}

interface Changed {
  text: string | null;
  publishAt: string | null;
  media: { id: string; altText: string | null }[];
  targets: [{ state: string; edit: { text: string } | null }];
  results: [{ result: string; words: string }];
}

/** The content of a post as the API takes it. */
export const contentOf = ({ textOf, wordings, mediaOf }: Omit<Asked, 'post' | 'target'>, number: number) => {
  const { link, files } = wordings[number] as Wording;
  const media = files.map(({ file, altText }) => ({ id: mediaOf(file), altText: altText ?? null }));
  return { text: textOf(number), link: link ?? null, media };
};

/** @returns what was acknowledged; nothing where it was too late */
export async function wish(member: HttpClient, asked: Asked, what: Wish): Promise<Acknowledged[]> {
  const nowMs = Date.now();
  switch (what.do) {
    case 'cancel': {
      const changed = await change(member, asked, 'DELETE');
      const state = changed?.targets[0].state ?? '';
      if (state === 'canceled') return [{ what: 'cancel' }];
      // Asked once more where the answer was lost, it says that nothing changes.
      return ['deleting', 'deleted'].includes(state) ? [{ what: 'delete' }] : [];
    }
    case 'edit': {
      const [text, wording] = [asked.textOf(what.wording), asked.wordings[what.wording] as Wording];
      const content = contentOf(asked, what.wording);
      const { id, userTags } = asked.target;
      const tagged = userTags && { targets: [{ id, options: { userTags } }] };
      const changed = await change(member, asked, 'PATCH', '', { ...content, ...tagged });
      if (!changed) return [];
      // What is live already keeps its text until Meta has the new one.
      if (changed.targets[0].edit && changed.targets[0].edit.text === text) return [{ what: 'text', text }];
      return isShown(changed, content) ? [{ what: 'content', text, wording }] : [];
    }
    case 'publish now': {
      const changed = await change(member, asked, 'POST', '/publish');
      return changed ? [{ what: 'due', notBeforeMs: Math.min(nowMs, Date.parse(changed.publishAt ?? '')) }] : [];
    }
    case 'reschedule': {
      const publishAt = new Date(nowMs + what.inMs).toISOString();
      const changed = await change(member, asked, 'PATCH', '', { publishAt });
      return changed?.publishAt === publishAt ? [{ what: 'due', notBeforeMs: nowMs + what.inMs }] : [];
    }
  }
}

/** Nothing else tells wordings apart on which nothing is written. */
function isShown({ text, media }: Changed, wanted: ReturnType<typeof contentOf>): boolean {
  const shown = (list: readonly { id: string; altText?: string | null }[]) =>
    JSON.stringify(list.map(({ id, altText }) => [id, altText ?? null]));
  return text === wanted.text && shown(media) === shown(wanted.media);
}

/**
 * @returns the post as the answer shows it; undefined where nothing was changed
 * @throws when the API says neither yes nor that it was too late
 */
async function change(
  member: HttpClient,
  { post }: Asked,
  method: string,
  more = '',
  body?: unknown,
): Promise<Changed | undefined> {
  const path = `/v1/posts/${post}`;
  const { status, body: said } = await ask<Changed>(member, method, `${path}${more}`, body);
  if (status === 200) return said;
  if (status !== 409) throw new Error(`${method} ${path}${more} answered ${status}: ${JSON.stringify(said)}`);
  // It may have been in time when it was asked first, and that answer lost: what is written then tells.
  const { body: now } = await ask<Changed>(member, 'GET', path);
  return { ...now, results: [{ result: 'too-late', words: '' }] };
}
