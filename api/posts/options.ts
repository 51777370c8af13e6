import { z } from 'zod';
import { id, text } from '../shapes.ts';

const NAME_MAX = 100;
const LIST_MAX = 50;

const UserTag = z
  .strictObject({
    username: text(NAME_MAX),
    x: z.number().optional().meta({ description: 'from the left, 0 to 1; on photos, and in stories if wanted' }),
    y: z.number().optional().meta({ description: 'from the top, 0 to 1; on photos, and in stories if wanted' }),
    position: z.int().min(0).optional().meta({ description: 'which of the media of a carousel; the first is 0' }),
  })
  .meta({ id: 'UserTag' });

/** Which of them a target takes follows from what it becomes; the rest is refused in words. */
export const Options = z
  .strictObject({
    coverOffsetMs: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'the moment of a reel that is shown before it plays' }),
    coverMedia: id.optional().meta({ description: 'an uploaded photo that is shown before a reel plays' }),
    shareToFeed: z.boolean().optional().meta({ description: 'a reel on Instagram: in the feed too' }),
    collaborators: z
      .array(text(NAME_MAX))
      .max(LIST_MAX)
      .optional()
      .meta({ description: 'names on Instagram, without @' }),
    locationId: text(NAME_MAX).optional().meta({ description: 'id of a Page that has a place' }),
    userTags: z.array(UserTag).max(LIST_MAX).optional(),
  })
  .meta({ id: 'TargetOptions' });
export type Options = z.output<typeof Options>;

const { shape } = Options;

/** Options of a target that is there already. */
export const OptionsChange = z
  .strictObject({
    coverOffsetMs: shape.coverOffsetMs.nullable(),
    coverMedia: shape.coverMedia.nullable(),
    shareToFeed: shape.shareToFeed.nullable(),
    collaborators: shape.collaborators.nullable(),
    locationId: shape.locationId.nullable(),
    userTags: shape.userTags.nullable(),
  } satisfies Record<keyof Options, z.ZodType>)
  .meta({
    id: 'TargetOptionsChange',
    description:
      'An option that is left out stays as it is; null takes it away; a list is given as a whole. A new cover, of either kind, takes the place of the former. Tags stay on their picture where it moves; where it goes, userTags is given anew, or null.',
  });
type OptionsChange = z.output<typeof OptionsChange>;

/** @param change null takes all of them away */
export function optionsAfter(options: Options, change: OptionsChange | null | undefined): Options {
  if (change === undefined) return options;
  const { coverOffsetMs, coverMedia, ...others } = options;
  // A reel has one cover.
  const isCovered = (change?.coverOffsetMs ?? change?.coverMedia ?? null) !== null;
  const merged = change && { ...others, ...(isCovered ? {} : { coverOffsetMs, coverMedia }), ...change };
  return Object.fromEntries(
    Object.entries(merged ?? {}).filter(([, option]) => option !== null && option !== undefined),
  ) as Options;
}
