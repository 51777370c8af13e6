import type { Flaw } from '../http/problem.ts';
import { type Options, optionsAfter } from './options.ts';
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
  const media = change.media?.map(({ id, altText = altTextOf(post, id) }) => ({ id, altText })) ?? post.media;
  return {
    text: change.text === undefined ? post.text : change.text,
    link: change.link === undefined ? post.link : change.link,
    media,
    targets: post.targets.map((target) => {
      const index = change.targets?.findIndex(({ id }) => id === target.id) ?? -1;
      const own = change.targets?.[index];
      const { firstComment } = target;
      const options = following(target.options, post.media, media);
      const text = wordingOf(post, target);
      const wording = {
        text: own?.text === undefined ? text : own.text,
        firstComment: own?.firstComment === undefined ? firstComment : own.firstComment,
        options: optionsAfter(options, own?.options),
      };
      return { ...target, wording, ...(own && { pointer: `/targets/${index}` }) };
    }),
  };
}

const altTextOf = ({ media }: Standing, photo: string) => media.find(({ id }) => id === photo)?.altText ?? null;

type Tag = NonNullable<Options['userTags']>[number];

/** On which picture somebody has a place; without one they are tagged on the whole. */
const pictureOf = ({ x, position = 0 }: Tag, media: Standing['media']): string | undefined =>
  x === undefined ? undefined : media[position]?.id;

/** Whoever is tagged on a picture stays on it where it moves. */
function following(options: Options, before: Standing['media'], after: Standing['media']): Options {
  if (!options.userTags) return options;
  const userTags = options.userTags.map((tag) => {
    const position = after.findIndex(({ id }) => id === pictureOf(tag, before));
    return position < 0 || position === (tag.position ?? 0) ? tag : { ...tag, position };
  });
  return { ...options, userTags };
}

/** Of who is tagged on a picture that goes: at the same place on another one would be somebody else. */
export const lostTags = (post: Standing, { media, targets }: PlannedContent, change: PostChange): Flaw[] =>
  targets.flatMap((target) => {
    const given = change.targets?.find(({ id }) => id === target.id)?.options;
    if (given === null || given?.userTags !== undefined || reachOf(target) !== 'can') return [];
    return (target.options.userTags ?? []).flatMap((tag) => {
      const picture = pictureOf(tag, post.media);
      if (picture === undefined || media.some(({ id }) => id === picture)) return [];
      const detail = `${tag.username} is tagged on a picture that goes. Give the userTags of this target anew, or null.`;
      return [{ pointer: target.pointer ? `${target.pointer}/options/userTags` : '/media', detail }];
    });
  });

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
