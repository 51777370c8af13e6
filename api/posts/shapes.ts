import { z } from 'zod';
import { Flaw } from '../http/problem.ts';
import { diagnostic, id, instant, text } from '../shapes.ts';
import { Options, OptionsChange } from './options.ts';

/** The most that any form takes; what fits each, the rules say. */
const TEXT_MAX = 63_206;
const ALT_TEXT_MAX = 1_000;
const MEDIA_MAX = 100;
const TARGETS_MAX = 50;

const WallClock = z
  .strictObject({ local: z.string(), zone: z.string() })
  .meta({ id: 'WallClock', example: { local: '2026-03-29T09:00', zone: 'Europe/Berlin' } });

const whenWords = 'must be a time with its offset, like 2026-12-01T08:00:00Z, or { local, zone }';
const when = z.union([z.iso.datetime({ offset: true, error: whenWords }), WallClock], whenWords).nullish();

const postText = text(TEXT_MAX).nullish();
const httpLink = text(2_000).refine(isHttp, 'must be an address that begins with http:// or https://').nullish();
const media = z.array(z.strictObject({ id, altText: text(ALT_TEXT_MAX).nullish() })).max(MEDIA_MAX);

const TargetKind = z.enum(['feed', 'reel', 'story']);

export const TargetState = z
  .enum([
    ...(['draft', 'scheduled', 'preparing', 'armed', 'committing'] as const),
    ...(['published', 'failed', 'canceled', 'held', 'deleting', 'deleted'] as const),
  ])
  .meta({ id: 'TargetState' });

export const NewPost = z
  .strictObject({
    text: postText,
    link: httpLink,
    media: media.default([]),
    publishAt: when.meta({ description: 'an instant, or the wall clock of a zone; absent: now' }),
    draft: z.boolean().default(false).meta({ description: 'keep it without scheduling it' }),
    targets: z
      .array(
        z.strictObject({
          account: id,
          kind: TargetKind,
          text: postText.meta({ description: 'in place of the text of the post' }),
          options: Options.nullish(),
          firstComment: postText.meta({ description: 'written below it by the account once it is published' }),
        }),
      )
      .min(1, 'names no account to publish to')
      .max(TARGETS_MAX),
  })
  .meta({ id: 'NewPost' });
export type NewPost = z.output<typeof NewPost>;

export const PostChange = z
  .strictObject({
    text: postText,
    link: httpLink,
    media: media.optional().meta({
      description:
        'all of them, in order; a photo that stays keeps its altText unless that is given, null takes it away',
    }),
    publishAt: when.meta({ description: 'another time; null, of a draft only: no time' }),
    draft: z.literal(false).optional().meta({ description: 'schedules a draft; without a time it is published now' }),
    targets: z
      .array(z.strictObject({ id, text: postText, options: OptionsChange.nullish(), firstComment: postText }))
      .max(TARGETS_MAX)
      .optional()
      .meta({ description: 'those that change; options: null takes all of them away' }),
  })
  .meta({ id: 'PostChange', description: 'What is left out stays as it is; null takes it away.' });
export type PostChange = z.output<typeof PostChange>;

export const Becomes = z
  .enum(['text', 'link', 'photo', 'album', 'carousel', 'video', 'reel', 'story'])
  .nullable()
  .meta({
    id: 'Becomes',
    description:
      'what it is to be at Meta, by its kind and files; of what is published or was, what it went out as, whatever became of its files here. null where Meta has no such thing, nobody knows any more, or the account is gone',
  });

const Target = z
  .object({
    id,
    account: id.nullable().meta({ description: 'null once the account was disconnected' }),
    kind: TargetKind,
    becomes: Becomes,
    text: z
      .string()
      .nullable()
      .meta({ description: 'its own; null: that of the post. Of what is published, what is live' }),
    edit: z
      .object({ text: z.string(), since: instant })
      .nullable()
      .meta({ description: 'the text that it is to have at Meta, where it is published and Meta has not said yet' }),
    options: Options,
    firstComment: z.string().nullable(),
    state: TargetState,
    since: instant,
    reason: z.string().nullable(),
    diagnostic: diagnostic.nullable(),
    choices: z.array(z.string()).meta({ description: 'what a person may decide now' }),
    metaId: z.string().nullable(),
    permalink: z.string().nullable(),
    publishedAt: instant.nullable(),
  })
  .meta({ id: 'Target' });

export const Post = z
  .object({
    id,
    text: z.string().nullable(),
    link: z.string().nullable(),
    media: z.array(z.object({ id, altText: z.string().nullable() })),
    publishAt: instant.nullable(),
    wallClock: WallClock.nullable().meta({ description: 'by which it was scheduled; publishAt follows from it' }),
    draft: z.boolean(),
    createdAt: instant,
    targets: z.array(Target),
  })
  .meta({ id: 'Post' });
export type Post = z.input<typeof Post>;

export const Resolution = z
  .object({
    local: z.string(),
    zone: z.string(),
    instant,
    occursTwice: z.boolean().meta({ description: 'daylight saving ends: this is the first of the two' }),
  })
  .meta({ id: 'Resolution' });

export const resolution = Resolution.nullable().meta({
  description: 'how the wall clock given as publishAt was understood',
});
export const notes = z.array(Flaw).meta({ description: 'no reason to refuse it, but good to know' });

export const CreatedPost = Post.extend({ resolution, notes }).meta({ id: 'CreatedPost' });

function isHttp(link: string): boolean {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  return url !== undefined && ['http:', 'https:'].includes(url.protocol) && !url.username && !url.password;
}
