import { z } from 'zod';

/** Text that a database can hold: no NUL, no half of a surrogate pair. */
export const text = (maxLength: number) =>
  z
    .string()
    .max(maxLength, `may have ${maxLength} characters at most`)
    .refine((value) => !value.includes('\0') && value.isWellFormed(), 'holds characters that are not text');

export const id = z
  .uuid('must be an id')
  .toLowerCase()
  .meta({ id: 'Id', description: 'UUIDv7', example: '0199b1f2-7c3d-7a10-8b5e-3d1f2a4c5b6d' });

export const ById = z.object({ id: z.uuid().toLowerCase() });

/** An instant as the API says it. */
export const instant = z.iso.datetime().meta({ id: 'Instant', example: '2026-12-01T08:00:00.000Z' });

export const diagnostic = z
  .looseObject({})
  .meta({ description: 'for support: what Meta answered, in codes (code, subcode, httpStatus, traceId)' });

export const toInstant = (date: Date) => date.toISOString();
export const toInstantOrNull = (date: Date | null) => date?.toISOString() ?? null;
