import { z } from 'zod';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** How a list is paged; to be spread into the query of its route. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  cursor: z.string().optional().meta({ description: '`next` of the page before' }),
};

export const pageOf = <S extends z.ZodType>(item: S) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().meta({ description: 'cursor of the next page; null on the last' }),
  });

/** The place after an item: what the list is ordered by. Opaque to clients. */
export interface Place {
  at: string;
  id: string;
}

/** Only what PostgreSQL reads as an instant: it has no year 0. */
const Place = z.tuple([z.iso.datetime({ precision: 6 }).refine((at) => !at.startsWith('0000')), z.uuid()]);

export const toCursor = ({ at, id }: Place) => Buffer.from(JSON.stringify([at, id])).toString('base64url');

/** @returns undefined for what is not a cursor of ours */
export function fromCursor(cursor: string): Place | undefined {
  try {
    const [at, id] = Place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { at, id };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
