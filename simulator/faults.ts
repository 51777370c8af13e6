import { createHash } from 'node:crypto';
import type { CallName } from './graph/call.ts';
import type { Database } from './state/database.ts';
import type { Again } from './switches.ts';

/** What goes wrong, and when relative to the effect of the call. */
export const faultKinds = [
  /** Done; the connection is destroyed instead of an answer. */
  'dropAnswer',
  /** Done; HTTP 500 with code 1. */
  'errorButDone',
  /** Done; HTTP 400 with code 1, or the code given. */
  'badRequestButDone',
  /** HTTP 200 with nothing in it; done, unless `done` says otherwise. */
  'emptyAnswer',
  /** Not done; HTTP 200 that says so without a reason. */
  'noSuccess',
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
  /** Not done; 9007/2207027. */
  'mediaNotReady',
  /** The connection is destroyed when `afterBytes`, or half, of an upload to rupload has come; those bytes stay. So is ours when we fetch media. Elsewhere nothing is done. */
  'resetMidUpload',
  /** Done and answered well; what it began to process ends in an error. */
  'processingError',
  /** Done and answered well; what it began to process takes `delayMs`. */
  'slowProcessing',
  /** It does not show what is newer than `delayMs`, and still shows what was deleted within `deletedMs`, or as long, whatever else is wrong with it; counted where there is something to show. */
  'staleRead',
  /** What has been done already by an earlier call is answered as `again` says, whatever else is wrong with it. */
  'secondCall',
] as const;

/** These go with any other fault of a call, and are taken when it comes to that. */
export type Nuance = 'staleRead' | 'secondCall';

export interface Fault {
  /** `rupload` stands for the upload of bytes to whatever they are for. */
  call: CallName | 'any' | 'rupload';
  then: (typeof faultKinds)[number];
  /** How many calls it hits; once unless said otherwise, and as many as there are with a probability. */
  times?: number | 'always' | undefined;
  /** Of each call that is meant, from 0 to 1; which ones are hit follows from the seed alone. */
  probability?: number | undefined;
  seed?: number | undefined;
  page?: string | undefined;
  post?: string | undefined;
  /** Whatever the call names: a container, a video, a photo, an account. */
  object?: string | undefined;
  afterBytes?: number | undefined;
  delayMs?: number | undefined;
  deletedMs?: number | undefined;
  doneAt?: 'start' | 'end' | undefined;
  done?: boolean | undefined;
  code?: number | undefined;
  subcode?: number | undefined;
  status?: number | undefined;
  message?: string | undefined;
  transient?: boolean | undefined;
  regainMinutes?: number | undefined;
  onlyThisAnswer?: boolean | undefined;
  again?: Again | undefined;
}

/** What a call is about, to be compared with what a fault is limited to. */
export interface Target {
  call: CallName;
  page?: string | undefined;
  post?: string | undefined;
  objects?: readonly string[];
  /** The bytes of the call are still to come. */
  isStream?: boolean;
}

interface FaultRow {
  id: number;
  fault: string;
  remaining: number | null;
  hits: number;
  /** How many calls were meant by it. */
  met: number;
}

const uploads: readonly string[] = ['reelUpload', 'videoStoryUpload', 'containerUpload'] satisfies CallName[];

export function addFault(db: Database, fault: Fault): number {
  const { times = fault.probability === undefined ? 1 : 'always' } = fault;
  const remaining = times === 'always' ? null : times;
  const row = db.one<{ id: number }>(
    'insert into faults (fault, remaining) values (?, ?) returning id',
    JSON.stringify(fault),
    remaining,
  );
  return row?.id ?? 0;
}

/** The oldest fault that is meant for this call, used up by one. */
export const takeFault = (db: Database, target: Target) => take(db, target, isWhole);

/** Likewise, of those that go with any other. */
export const takeNuance = (db: Database, target: Target, nuance: Nuance) =>
  take(db, target, (fault): fault is Fault => fault.then === nuance);

const isWhole = (fault: Fault): fault is Fault & { then: Exclude<Fault['then'], Nuance> } =>
  fault.then !== 'staleRead' && fault.then !== 'secondCall';

function take<F extends Fault>(db: Database, target: Target, isWanted: (fault: Fault) => fault is F): F | undefined {
  const rows = db.all<FaultRow>(
    "select * from faults where (fault ->> 'page' is null or fault ->> 'page' = ?) and ifnull(remaining, 1) > 0 order by id",
    target.page ?? null,
  );
  for (const { id, fault, met, remaining } of rows) {
    const parsed = JSON.parse(fault) as Fault;
    if (!isWanted(parsed) || !isMeant(parsed, target) || !isHit(db, parsed, id, met)) continue;
    if (remaining === null) db.tally('update faults set hits = hits + ?2 where id = ?1', id);
    else db.run('update faults set remaining = remaining - 1, hits = hits + 1 where id = ?', id);
    return parsed;
  }
  return undefined;
}

/** Every fault, or those limited to a Page, with how often it hit: a test sees by it that its fault was met at all. */
export function listFaults(db: Database, page?: string): (Fault & Omit<FaultRow, 'fault'>)[] {
  const rows = db.tallied().all<FaultRow>(`select * from faults where ${ofPage} order by id`, page ?? null);
  return rows.map(({ fault, ...counts }) => ({ ...(JSON.parse(fault) as Fault), ...counts }));
}

export function clearFaults(db: Database, page?: string): void {
  db.run(`delete from faults where ${ofPage}`, page ?? null);
}

const ofPage = "(?1 is null or fault ->> 'page' = ?1)";

function isMeant(fault: Fault, target: Target): boolean {
  if (!isMeantCall(fault.call, target.call)) return false;
  if (fault.page !== undefined && fault.page !== target.page) return false;
  if (fault.object !== undefined && !target.objects?.includes(fault.object)) return false;
  return fault.post === undefined || fault.post === target.post;
}

/** `any` is any call that is made here; our fetching of media is none. */
const isMeantCall = (meant: Fault['call'], call: CallName) =>
  meant === call || (meant === 'any' && call !== 'fetchMedia') || (meant === 'rupload' && uploads.includes(call));

/** The n-th call that is meant by a fault is hit or not by its seed, whatever else goes on. */
function isHit(db: Database, { probability, seed = 0 }: Fault, id: number, met: number): boolean {
  if (probability === undefined) return true;
  db.run('update faults set met = met + 1 where id = ?', id);
  const draw = createHash('sha256').update(`${seed}:${met}`).digest().readUInt32BE(0) / 2 ** 32;
  return draw < probability;
}
