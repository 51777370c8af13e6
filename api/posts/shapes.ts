import { z } from 'zod';
import { diagnostic, id, instant, text } from '../shapes.ts';

/** What Meta takes at most; peers in production use the same figure. */
const TEXT_MAX = 63_206;
const ALT_TEXT_MAX = 1_000;

const WallClock = z
  .strictObject({ local: z.string(), zone: z.string() })
  .meta({ id: 'WallClock', example: { local: '2026-03-29T09:00', zone: 'Europe/Berlin' } });

const whenWords = 'must be a time with its offset, like 2026-12-01T08:00:00Z, or { local, zone }';

const postText = text(TEXT_MAX).nullish();
const httpLink = text(2_000).refine(isHttp, 'must be an address that begins with http:// or https://').nullish();

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
    media: z
      .array(z.strictObject({ id, altText: text(ALT_TEXT_MAX).nullish() }))
      .max(100)
      .default([]),
    publishAt: z
      .union([z.iso.datetime({ offset: true, error: whenWords }), WallClock], whenWords)
      .nullish()
      .meta({ description: 'an instant, or the wall clock of a zone; absent: now' }),
    draft: z.boolean().default(false).meta({ description: 'keep it without scheduling it' }),
    targets: z
      .array(
        z.strictObject({
          account: id,
          kind: TargetKind,
          text: postText.meta({ description: 'in place of the text of the post' }),
          options: z.looseObject({}).nullish(),
          firstComment: postText,
        }),
      )
      .min(1, 'names no account to publish to')
      .max(50),
  })
  .meta({ id: 'NewPost' });
export type NewPost = z.output<typeof NewPost>;

const Target = z
  .object({
    id,
    account: id.nullable().meta({ description: 'null once the account was disconnected' }),
    kind: TargetKind,
    text: z.string().nullable(),
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

export const CreatedPost = Post.extend({
  resolution: Resolution.nullable().meta({ description: 'how the wall clock given as publishAt was understood' }),
}).meta({ id: 'CreatedPost' });

function isHttp(link: string): boolean {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  return url !== undefined && ['http:', 'https:'].includes(url.protocol) && !url.username && !url.password;
}
