import type { CallName } from './graph/call.ts';
import type { Database } from './state/database.ts';

/** What goes wrong, and when relative to the effect of the call. */
export const faultKinds = [
  /** Done; the connection is destroyed instead of an answer. */
  'dropAnswer',
  /** Done; HTTP 500 with code 1. */
  'errorButDone',
  /** Done; HTTP 400 with code 1, or the code given. */
  'badRequestButDone',
  /** Done after `delayMs`, or with `doneAt: "start"` at once; answered after `delayMs` either way. */
  'slow',
  /** Not done; a rate limit's code, with usage headers that say so. */
  'rateLimited',
  /** Not done; the token of this call is dead from now on, for the reason in `subcode`. */
  'tokenDead',
  /** Not done; the connection is destroyed. */
  'resetBefore',
  /** Not done; whatever error is given. */
  'refuse',
] as const;

export interface Fault {
  call: CallName | 'any';
  then: (typeof faultKinds)[number];
  /** How many calls it hits; once unless said otherwise. */
  times?: number | 'always' | undefined;
  page?: string | undefined;
  post?: string | undefined;
  delayMs?: number | undefined;
  doneAt?: 'start' | 'end' | undefined;
  code?: number | undefined;
  subcode?: number | undefined;
  status?: number | undefined;
  message?: string | undefined;
  regainMinutes?: number | undefined;
  onlyThisAnswer?: boolean | undefined;
}

/** What a call is about, to be compared with what a fault is limited to. */
export interface Target {
  call: CallName;
  page?: string | undefined;
  post?: string | undefined;
}

interface FaultRow {
  id: number;
  fault: string;
  remaining: number | null;
  hits: number;
}

export function addFault(db: Database, fault: Fault): number {
  const { times = 1 } = fault;
  const remaining = times === 'always' ? null : times;
  const row = db.one<{ id: number }>(
    'insert into faults (fault, remaining) values (?, ?) returning id',
    JSON.stringify(fault),
    remaining,
  );
  return row?.id ?? 0;
}

/** The oldest fault that is meant for this call, used up by one. */
export function takeFault(db: Database, target: Target): Fault | undefined {
  const rows = db.all<FaultRow>('select * from faults where remaining is null or remaining > 0 order by id');
  for (const { id, fault } of rows) {
    const parsed = JSON.parse(fault) as Fault;
    if (!isMeant(parsed, target)) continue;
    db.run('update faults set remaining = remaining - 1, hits = hits + 1 where id = ?', id);
    return parsed;
  }
  return undefined;
}

/** Every fault, or those limited to a Page, with how often it hit: a test sees by it that its fault was met at all. */
export function listFaults(
  db: Database,
  page?: string,
): (Fault & { id: number; remaining: number | null; hits: number })[] {
  const rows = db.all<FaultRow>(`select * from faults where ${ofPage} order by id`, page ?? null);
  return rows.map(({ id, fault, remaining, hits }) => ({ ...(JSON.parse(fault) as Fault), id, remaining, hits }));
}

export function clearFaults(db: Database, page?: string): void {
  db.run(`delete from faults where ${ofPage}`, page ?? null);
}

const ofPage = "(?1 is null or fault ->> 'page' = ?1)";

function isMeant(fault: Fault, target: Target): boolean {
  if (fault.call !== 'any' && fault.call !== target.call) return false;
  if (fault.page !== undefined && fault.page !== target.page) return false;
  return fault.post === undefined || fault.post === target.post;
}
