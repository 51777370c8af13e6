import type { Flaw } from '../http/problem.ts';
import type { Options } from './options.ts';
import type { PostChange } from './shapes.ts';
import { reachOf, type Standing, type StandingTarget } from './standing.ts';

interface Wording {
  text: string | null;
  firstComment: string | null;
  options: Options;
}

type PlannedTarget = StandingTarget & { wording: Wording; pointer?: string };

/** A post as a change would leave it. */
export interface PlannedContent {
  text: string | null;
  link: string | null;
  media: { id: string; altText: string | null }[];
  targets: PlannedTarget[];
}

/** Puts a change over what is there: what it leaves out stays. */
export function contentAfter(post: Standing, change: PostChange): PlannedContent {
  return {
    text: change.text === undefined ? post.text : change.text,
    link: change.link === undefined ? post.link : change.link,
    media: change.media?.map(({ id, altText }) => ({ id, altText: altText ?? null })) ?? post.media,
    targets: post.targets.map((target) => {
      const index = change.targets?.findIndex(({ id }) => id === target.id) ?? -1;
      const own = change.targets?.[index];
      const { text, firstComment, options } = target;
      const wording = {
        text: own?.text === undefined ? text : own.text,
        firstComment: own?.firstComment === undefined ? firstComment : own.firstComment,
        options: own?.options === undefined ? options : (own.options ?? {}),
      };
      return { ...target, wording, ...(own && { pointer: `/targets/${index}` }) };
    }),
  };
}

/** Ids that are no target of the post, or stand there twice. */
export const strangers = (post: Standing, { targets = [] }: PostChange): Flaw[] =>
  targets.flatMap(({ id }, index) => {
    const pointer = `/targets/${index}/id`;
    if (!post.targets.some((target) => target.id === id)) return [{ pointer, detail: 'This post has no such target.' }];
    return targets.findIndex((other) => other.id === id) < index
      ? [{ pointer, detail: 'This target is named twice.' }]
      : [];
  });

/** Those for which it makes a difference. */
export function affected(post: Standing, after: PlannedContent, timeMoves: boolean): StandingTarget[] {
  const shared = sharedMoves(post, after) || timeMoves;
  return after.targets.filter(
    (target) =>
      shared ||
      (target.text ?? post.text) !== (target.wording.text ?? after.text) ||
      target.firstComment !== target.wording.firstComment ||
      !same(target.options, target.wording.options),
  );
}

/** Link and media are the same for every account: they cannot change for some and stay as they are for others. */
export const sharedMoves = (post: Standing, after: PlannedContent): boolean =>
  post.link !== after.link || !same(post.media, after.media);

/** Some account has the post already, or perhaps. */
export const isOut = ({ targets }: Standing): boolean =>
  targets.some((target) => ['live', 'asks'].includes(reachOf(target)));

/** By content, whatever the order of names in it. */
const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a.localeCompare(b)))
      : part,
  );
