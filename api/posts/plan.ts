import type { Flaw } from '../http/problem.ts';
import type { Options } from './options.ts';
import type { PostChange } from './shapes.ts';
import { reachOf, type Standing, type StandingTarget } from './standing.ts';

interface Wording {
  text: string | null;
  firstComment: string | null;
  options: Options;
}

export type PlannedTarget = StandingTarget & { wording: Wording; pointer?: string };

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
      const { firstComment, options } = target;
      const text = wordingOf(post, target);
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

/** The wording that people last gave a target; null is that of the post. Meta may not have it yet. */
const wordingOf = (post: Standing, { text, wishedText }: StandingTarget): string | null =>
  wishedText === null ? text : wishedText === post.text ? null : wishedText;

const textMoves = (post: Standing, after: PlannedContent, target: PlannedTarget): boolean =>
  (wordingOf(post, target) ?? post.text) !== (target.wording.text ?? after.text);

const moreMoves = ({ firstComment, options, wording }: PlannedTarget): boolean =>
  firstComment !== wording.firstComment || !same(options, wording.options);

/** Whether a target gets another text, and nothing else of its own. */
export const onlyTextMoves = (post: Standing, after: PlannedContent, target: PlannedTarget): boolean =>
  textMoves(post, after, target) && !moreMoves(target);

/** Those for which it makes a difference. */
export function affected(post: Standing, after: PlannedContent, timeMoves: boolean): StandingTarget[] {
  const shared = sharedMoves(post, after) || timeMoves;
  return after.targets.filter((target) => shared || textMoves(post, after, target) || moreMoves(target));
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
