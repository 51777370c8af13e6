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
