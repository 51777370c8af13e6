import { absentForSureMs } from '../absence.ts';
import { type Chore, type Facts, type Open, type Prepared, today } from './facts.ts';
import { callMaxMs, processingDelayMs, witnessDelayMs } from './witness-delays.ts';

/**
 * What a publish workflow knows and what it does next, as plain functions. The rows are the truth: this is only what
 * was last read of them, and they are read again whenever anything is in doubt.
 */

export type Event =
  | { type: 'changed' }
  | { type: 'read'; facts: Facts }
  | { type: 'prepared'; stage: 'ahead' | 'last'; outcome: Prepared }
  | { type: 'committed'; outcome: 'published' | 'over' | 'stale' }
  | { type: 'committed'; outcome: 'unknown' | 'accepted'; endedAtMs: number }
  | { type: 'witnessed'; outcome: 'published' | 'over' | 'undecided' | 'processing' }
  | { type: 'finished'; chore: Chore }
  | { type: 'left'; gone: boolean };

export type Todo = 'read' | 'ahead' | 'last' | 'commit' | 'witness' | Chore | 'leave';

export interface State {
  phase: 'reading' | 'waiting' | 'arming' | 'witnessing' | 'finishing' | 'leaving' | 'left';
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
  /** What is left to do before the end. */
  chores?: Chore[];
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

const leadMinMs = 30 * secondMs;
const leadMaxMs = 150 * secondMs;
/** What lies at Meta unused is not removed when something else is due this soon, but after it. */
const discardBeforeMs = 5 * minuteMs;

/** What is due this soon is not parked: it goes through the queue of everything else, which is quicker for one post. */
const parkFromMs = 5_000;

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
      return afterRead(state, today(event.facts), nowMs);
    case 'prepared':
      if (event.outcome !== 'ready' || !state.facts) return reading(state);
      return event.stage === 'last' ? { ...state, phase: 'arming' } : waiting(state, { ...state.facts, aheadMs: 0 });
    case 'committed':
      if (event.outcome === 'published') return published(state);
      if (!('endedAtMs' in event) || !state.facts) return reading(state);
      return witnessing(state, { ...state.facts, accepted: event.outcome === 'accepted' }, nowMs, event.endedAtMs);
    case 'witnessed':
      if (event.outcome === 'published') return published(state);
      if (event.outcome === 'over' || !state.facts) return reading(state);
      return witnessing(state, lookedOnce(state.facts, event.outcome === 'processing'), nowMs, state.witnessFromMs);
    case 'finished':
      return finished(state, event.chore);
    case 'left':
      return event.gone ? { ...state, phase: 'left' } : reading(state);
  }
}

/** What to do now, if anything; the workflow does it and feeds the outcome back as an event. */
export function todo(state: State, nowMs: number): Todo | undefined {
  if (state.reread || state.phase === 'reading') return 'read';
  if (state.phase === 'left') return undefined;
  if (state.phase === 'arming') return 'commit';
  if (state.phase === 'finishing') return state.chores?.[0] ?? 'leave';
  if (state.phase === 'leaving') return 'leave';
  if (state.deadlineMs === undefined) return undefined;
  if (nowMs < state.deadlineMs) return mayDiscard(state, nowMs) ? 'discard' : undefined;
  if (state.phase === 'witnessing') return 'witness';
  if (!state.facts || state.facts.settlesInMs > 0) return 'read';
  return state.facts.aheadMs > 0 ? 'ahead' : 'last';
}

/** Whether its commit waits in a worker for its instant, rather than being made at once. */
export const isParked = ({ dueAtMs }: Open, nowMs: number): boolean => dueAtMs - nowMs > parkFromMs;

/** Whether it is in this state for a while, and does not only pass through it. */
export function isStaying(state: State, nowMs: number): boolean {
  if (state.phase === 'arming') return state.facts !== undefined && isParked(state.facts, nowMs);
  return todo(state, nowMs) === undefined;
}

/** The earliest moment at which something is due though nothing happens. */
export const deadlineMs = (state: State): number | undefined => state.deadlineMs;

function afterRead(state: State, facts: Facts, nowMs: number): State {
  const {
    facts: _facts,
    deadlineMs: _deadline,
    witnessFromMs: _from,
    outcome: _outcome,
    chores: _chores,
    ...kept
  } = state;
  const read: State = { ...kept, reread: false, wanted: facts.wanted };
  // What was wanted last may only be about to be written: it must not be struck off the list before.
  if (facts.is === 'over' && facts.settlesInMs)
    return { ...read, phase: 'waiting', deadlineMs: nowMs + facts.settlesInMs };
  if (facts.is === 'over') return { ...read, phase: 'finishing', outcome: facts.state, chores: facts.chores };
  if (facts.is === 'absent') {
    const restMs = absentForSureMs - facts.entryAgeMs;
    return restMs > 0 ? { ...read, phase: 'waiting', deadlineMs: nowMs + restMs } : { ...read, phase: 'leaving' };
  }
  if (facts.claimedAtMs !== undefined) return witnessing(read, facts, nowMs, facts.claimedAtMs + callMaxMs);
  if (facts.settlesInMs > 0) return { ...read, phase: 'waiting', facts, deadlineMs: nowMs + facts.settlesInMs };
  return waiting(read, facts);
}

const reading = (state: State): State => ({ ...state, phase: 'reading' });

const waiting = (state: State, facts: Open): State => ({
  ...state,
  phase: 'waiting',
  facts,
  deadlineMs: facts.dueAtMs - (facts.aheadMs || state.leadMs),
});

function witnessing(state: State, facts: Open, nowMs: number, fromMs = 0): State {
  const delayMs = facts.accepted
    ? nowMs - fromMs + processingDelayMs(Math.max(0, nowMs - fromMs) / facts.witnessFactor) * facts.witnessFactor
    : witnessDelayMs(facts.witnessReads) * facts.witnessFactor;
  return { ...state, phase: 'witnessing', facts, witnessFromMs: fromMs, deadlineMs: fromMs + delayMs };
}

const lookedOnce = (facts: Open, isProcessing: boolean): Open => ({
  ...facts,
  witnessReads: facts.witnessReads + 1,
  accepted: facts.accepted || isProcessing,
});

const published = (state: State): State => ({
  ...state,
  phase: 'finishing',
  outcome: 'published',
  chores: ['link', ...(state.facts?.chores ?? [])],
});

function finished(state: State, chore: Chore): State {
  // What has become of it is in its row.
  if (chore === 'delete' || chore === 'edit') return reading(state);
  const chores = state.chores?.filter((left) => left !== chore) ?? [];
  if (state.phase === 'finishing') return { ...state, chores };
  return state.facts
    ? { ...state, facts: { ...state.facts, chores: state.facts.chores.filter((c) => c !== chore) } }
    : state;
}

/** While it waits for its time, with enough of it. */
const mayDiscard = ({ phase, facts, deadlineMs = 0 }: State, nowMs: number): boolean =>
  phase === 'waiting' &&
  facts?.settlesInMs === 0 &&
  facts.chores.includes('discard') &&
  nowMs + discardBeforeMs < deadlineMs;
