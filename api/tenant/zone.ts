import { z } from 'zod';

/** An IANA zone as Node knows it. Intl takes plain offsets too, but an offset is not a zone: it knows no daylight saving. */
export const Zone = z
  .string()
  .max(100)
  .refine(isZone, 'is not an IANA time zone; write it like Europe/Berlin')
  .meta({ example: 'Europe/Berlin' });

function isZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
