import { sql } from 'kysely';
import type { z } from 'zod';
import type { ControlDb } from '../../db/control/connect.ts';
import type { Flaw } from '../http/problem.ts';
import type { NewPost, Resolution } from './shapes.ts';
import { resolveWallClock } from './wall-clock.ts';

const PAST_ALLOWED_MS = 60_000;
/** A year of more digits is an instant that ISO 8601, and so every client, writes differently. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

/** A reading of the clock in a zone; what was meant, whatever instant it is by the rules of the day. */
export interface WallClock {
  local: string;
  zone: string;
}

export interface Time {
  at: Date | null;
  wallClock: WallClock | null;
}

type When = ({ ok: true } & Time) | { ok: false; flaw: Flaw };
type Wanted = Pick<NewPost, 'publishAt' | 'draft'>;

const chooseAnother = 'Choose a later time, or leave publishAt out to publish now.';

/**
 * When a post is to be published, by the database's clock: what was said, or now; a draft may leave it open.
 * @param insteadOfPast what to do about a time that has passed, in words
 */
export async function whenToPublish(
  control: ControlDb,
  { publishAt, draft }: Wanted,
  insteadOfPast = chooseAnother,
): Promise<When> {
  if (!publishAt && draft) return { ok: true, at: null, wallClock: null };
  const now = await databaseNow(control);
  if (!publishAt) return { ok: true, at: now, wallClock: null };

  const given = read(publishAt);
  if (!given.ok || !given.at) return given;
  if (given.at.getTime() < now.getTime() - PAST_ALLOWED_MS) {
    const detail = `${given.at.toISOString()} is in the past; it is ${now.toISOString()} now. ${insteadOfPast}`;
    return { ok: false, flaw: { pointer: '/publishAt', detail } };
  }
  if (given.at.getTime() > LAST_MS)
    return {
      ok: false,
      flaw: { pointer: '/publishAt', detail: 'This is after the year 9999. Choose an earlier time.' },
    };
  return given;
}

/** How a wall clock given as publishAt was understood; null where an instant was given, or nothing, or what comes out no client could read. */
export function resolutionOf({ publishAt }: Pick<NewPost, 'publishAt'>): z.input<typeof Resolution> | null {
  if (!publishAt || typeof publishAt === 'string') return null;
  const resolved = resolveWallClock(publishAt.local, publishAt.zone);
  if (!resolved.ok || resolved.instantMs > LAST_MS) return null;
  const { instantMs, twice, zone } = resolved;
  return { local: publishAt.local, zone, instant: new Date(instantMs).toISOString(), occursTwice: twice };
}

function read(publishAt: NonNullable<NewPost['publishAt']>): When {
  if (typeof publishAt === 'string') return { ok: true, at: new Date(publishAt), wallClock: null };
  const { local } = publishAt;
  const resolved = resolveWallClock(local, publishAt.zone);
  if (!resolved.ok) return { ok: false, flaw: { pointer: `/publishAt/${resolved.wrong}`, detail: resolved.words } };
  return { ok: true, at: new Date(resolved.instantMs), wallClock: { local, zone: resolved.zone } };
}

export async function databaseNow(control: ControlDb): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(control);
  const now = rows[0]?.now;
  if (!now) throw new Error('The database did not tell the time');
  return now;
}
