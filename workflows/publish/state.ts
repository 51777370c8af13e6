import { absentForSureMs } from '../absence.ts';

/**
 * What a publish workflow knows and what it does next, as plain functions. The rows are the truth: this is only what
 * was last read of them, and they are read again whenever anything is in doubt.
 */

/** What the rows say: ids, times, counts and words of our own only. */
export type Facts =
  /** There is no such target. A young entry may belong to a transaction that is still open. */
  | { is: 'absent'; wanted: number; entryAgeMs: number }
  /** Nothing is left to do: published, failed, canceled, held for a person, or only a draft. `unlinked`: but to read its address. */
  | { is: 'over'; wanted: number; state: string; unlinked?: true }
  | Open;

export interface Open {
  is: 'open';
  /** The revision to claim with. */
  wanted: number;
  /** For how long the row may still be behind `wanted`, because a transaction may be open; 0 where it cannot. */
  settlesInMs: number;
  connection: string;
  platform: string;
  dueAtMs: number;
  photos: number;
  photosReady: boolean;
  /** A commit has been claimed: only a witness may say what became of it. */
  claimedAtMs?: number;
  witnessReads: number;
  /** Scales the delays of the witness; 1 but in fault suites. */
  witnessFactor: number;
}

export type Prepared = 'ready' | 'stale' | 'over';

export type Event =
  | { type: 'changed' }
  | { type: 'read'; facts: Facts }
  | { type: 'photos'; outcome: Prepared }
  | { type: 'draft'; outcome: Prepared }
  | { type: 'committed'; outcome: 'published' | 'over' | 'stale' }
  | { type: 'committed'; outcome: 'unknown'; endedAtMs: number }
  | { type: 'witnessed'; outcome: 'published' | 'over' | 'undecided' }
  | { type: 'linked' }
  | { type: 'left'; gone: boolean };

export type Todo = 'read' | 'photos' | 'draft' | 'commit' | 'witness' | 'link' | 'leave';

export interface State {
  phase: 'reading' | 'waiting' | 'arming' | 'witnessing' | 'linking' | 'leaving' | 'left';
  leadMs: number;
  /** A nudge came since the rows were last read. */
  reread: boolean;
  wanted: number;
  facts?: Open;
  /** The one instant at which something is due though nothing happens. */
  deadlineMs?: number;
  /** From when on the call cannot be under way any more. */
  witnessFromMs?: number;
  /** The state that the row ended in, once it is known. */
  outcome?: string;
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Photos are uploaded this long before they are due; Meta keeps unpublished ones for about a day. */
export const photosBeforeDueMs = 10 * minuteMs;
const leadMinMs = 30 * secondMs;
const leadMaxMs = 150 * secondMs;
/** A claimed call may be under way for this long. */
export const callMaxMs = 20 * secondMs;
/** Waits before the looks at Meta; then hourly. The first are short because a feed post's commit may be repeated. */
const witnessDelaysMs = [secondMs, 5 * secondMs, 30 * secondMs, 125 * secondMs, 10 * minuteMs, hourMs];

/** How long before it is due a target wakes: spread by its id, so that a full hour's posts do not wake at once. */
export function leadMs(target: string): number {
  const spread = Number.parseInt(target.slice(-6), 16);
  return leadMinMs + (spread % (leadMaxMs - leadMinMs));
}

export const begin = (target: string): State => ({
  phase: 'reading',
  leadMs: leadMs(target),
  reread: false,
  wanted: 0,
});

/** A nudge that came while leaving may belong to a new entry: it is looked at before the end. */
export const over = (state: State): boolean => state.phase === 'left' && !state.reread;

export function next(state: State, event: Event, nowMs: number): State {
  switch (event.type) {
    case 'changed':
      return { ...state, reread: true };
    case 'read':
      return afterRead(state, event.facts, nowMs);
    case 'photos':
      if (event.outcome !== 'ready' || !state.facts) return reading(state);
      return waiting(state, { ...state.facts, photosReady: true });
    case 'draft':
      return event.outcome === 'ready' ? { ...state, phase: 'arming' } : reading(state);
    case 'committed':
      if (event.outcome === 'published') return { ...state, phase: 'linking', outcome: 'published' };
      if (event.outcome !== 'unknown' || !state.facts) return reading(state);
      return witnessing(state, state.facts, event.endedAtMs);
    case 'witnessed':
      if (event.outcome === 'published') return { ...state, phase: 'linking', outcome: 'published' };
      if (event.outcome === 'over' || !state.facts) return reading(state);
      return witnessing(state, { ...state.facts, witnessReads: state.facts.witnessReads + 1 }, state.witnessFromMs);
    case 'linked':
      return { ...state, phase: 'leaving' };
    case 'left':
      return event.gone ? { ...state, phase: 'left' } : reading(state);
  }
}

/** What to do now, if anything; the workflow does it and feeds the outcome back as an event. */
export function todo(state: State, nowMs: number): Todo | undefined {
  if (state.reread || state.phase === 'reading') return 'read';
  if (state.phase === 'left') return undefined;
  if (state.phase === 'arming') return 'commit';
  if (state.phase === 'linking') return 'link';
  if (state.phase === 'leaving') return 'leave';
  if (state.deadlineMs === undefined || nowMs < state.deadlineMs) return undefined;
  if (state.phase === 'witnessing') return 'witness';
  if (!state.facts || state.facts.settlesInMs > 0) return 'read';
  return photosMissing(state.facts) ? 'photos' : 'draft';
}

/** The earliest moment at which something is due though nothing happens. */
export const deadlineMs = (state: State): number | undefined => state.deadlineMs;

function afterRead(state: State, facts: Facts, nowMs: number): State {
  const { facts: _facts, deadlineMs: _deadline, witnessFromMs: _from, outcome: _outcome, ...kept } = state;
  const read: State = { ...kept, reread: false, wanted: facts.wanted };
  if (facts.is === 'over') return { ...read, phase: facts.unlinked ? 'linking' : 'leaving', outcome: facts.state };
  if (facts.is === 'absent') {
    const restMs = absentForSureMs - facts.entryAgeMs;
    return restMs > 0 ? { ...read, phase: 'waiting', deadlineMs: nowMs + restMs } : { ...read, phase: 'leaving' };
  }
  if (facts.claimedAtMs !== undefined) return witnessing(read, facts, facts.claimedAtMs + callMaxMs);
  if (facts.settlesInMs > 0) return { ...read, phase: 'waiting', facts, deadlineMs: nowMs + facts.settlesInMs };
  return waiting(read, facts);
}

const reading = (state: State): State => ({ ...state, phase: 'reading' });

const photosMissing = (facts: Open) => facts.photos > 0 && !facts.photosReady;

const waiting = (state: State, facts: Open): State => ({
  ...state,
  phase: 'waiting',
  facts,
  deadlineMs: facts.dueAtMs - (photosMissing(facts) ? photosBeforeDueMs : state.leadMs),
});

function witnessing(state: State, facts: Open, fromMs = 0): State {
  const hours = facts.witnessReads - witnessDelaysMs.length + 2;
  const delayMs = witnessDelaysMs[facts.witnessReads] ?? hours * hourMs;
  return {
    ...state,
    phase: 'witnessing',
    facts,
    witnessFromMs: fromMs,
    deadlineMs: fromMs + delayMs * facts.witnessFactor,
  };
}
