import { z } from 'zod';
import { signMediaUrl } from '../../db/media/url.ts';
import { factColumns, present } from '../../db/tenant/media/facts.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { conversionFor } from '../../meta/conversions.ts';
import { isImage, type MediaFacts } from '../../meta/kinds.ts';
import { formLimits } from '../../meta/rules/form-limits.ts';
import type { Settings } from '../parts.ts';
import { id, instant, toInstant } from '../shapes.ts';

const URL_VALID_MS = 3_600_000;

const Conversion = z.object({
  for: z.enum(['facebook', 'instagram']),
  words: z.string().meta({ description: 'what is done to it on the way there, and why' }),
});

export const Media = z
  .object({
    id,
    contentType: z.string().meta({ description: 'found from the bytes' }),
    bytes: z.int(),
    width: z.int().meta({ description: 'as shown: after turning, where the file says that it lies turned' }),
    height: z.int(),
    orientation: z
      .int()
      .optional()
      .meta({ description: 'of an image that lies turned or mirrored: 2 to 8, as in EXIF' }),
    frames: z.int().optional().meta({ description: 'of an image that moves' }),
    transparent: z.boolean().optional(),
    durationMs: z.int().optional(),
    videoCodec: z.string().optional().meta({ example: 'h264' }),
    audioCodec: z.string().optional().meta({ description: 'absent: it has no sound', example: 'aac' }),
    audioChannels: z.int().optional(),
    audioSampleRateHz: z.int().optional(),
    frameRate: z.number().optional(),
    bitRate: z.int().optional().meta({ description: 'of the pictures, in bits a second on average' }),
    moovFirst: z.boolean().optional().meta({ description: 'the index of the video lies before its pictures' }),
    conversions: z
      .array(Conversion)
      .meta({ description: 'a fault that is mended when it is published; the file here stays as it is' }),
    createdAt: instant,
    url: z.url().meta({ description: 'to fetch it, for an hour' }),
  })
  .meta({ id: 'Media' });

export const mediaRows = (db: TenantDb) => db.selectFrom('media').select(['id', 'created_at', ...factColumns]);

type Row = Awaited<ReturnType<ReturnType<typeof mediaRows>['executeTakeFirstOrThrow']>>;

export function presentMedia({ MEDIA_URL_KEY, PUBLIC_URL }: Settings, tenant: string, row: Row): z.input<typeof Media> {
  const { id: media, created_at, ...rest } = row;
  const facts = present(rest);
  const expiresAt = new Date(Date.now() + URL_VALID_MS);
  const url = signMediaUrl(MEDIA_URL_KEY, PUBLIC_URL, { tenant, media, expiresAt });
  return { id: media, ...facts, conversions: conversionsOf(facts), createdAt: toInstant(created_at), url };
}

const photoForms = { facebook: 'page-post', instagram: 'instagram-image' } as const;

function conversionsOf(facts: MediaFacts): z.input<typeof Conversion>[] {
  if (!isImage(facts)) return [];
  return (['facebook', 'instagram'] as const).flatMap((platform) => {
    const limits = formLimits[photoForms[platform]].image;
    const conversion = limits && conversionFor(facts, limits);
    return conversion ? [{ for: platform, words: conversion.words }] : [];
  });
}
