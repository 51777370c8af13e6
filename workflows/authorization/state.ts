import type { AuthorizationFacts } from '../../activities/connection/read-authorization.ts';
import { absentForSureMs } from '../absence.ts';

/** What the workflow of an attempt to connect knows and what it does next, as plain functions. The row is the truth. */
export interface State {
  facts?: AuthorizationFacts;
  /** A nudge came, or something was done, since the row was last read. */
  reread: boolean;
  /** The exchange took too long: it is not tried again, and the row is told so. */
  gaveUp: boolean;
  /** When to look again though nobody nudges. */
  lookAgainAtMs?: number;
  left: boolean;
}

export type Event =
  | { type: 'changed' }
  | { type: 'read'; facts: AuthorizationFacts }
  | { type: 'exchanged'; outcome: 'settled' | 'gave up' }
  | { type: 'closed' }
  | { type: 'left'; gone: boolean };

export type Todo = 'read' | 'exchange' | 'expire' | 'give up' | 'leave';

/** After something was done and the row still says the same. */
const betweenLooksMs = 10_000;

export const begin = (): State => ({ reread: true, gaveUp: false, left: false });

/** A nudge that came while leaving may belong to a new entry: it is looked at before the end. */
export const over = (state: State): boolean => state.left && !state.reread;

export function next(state: State, event: Event, nowMs: number): State {
  switch (event.type) {
    case 'changed':
      return { ...state, reread: true };
    case 'read':
      return afterRead(state, event.facts, nowMs);
    case 'exchanged':
      if (event.outcome === 'gave up') return { ...state, gaveUp: true };
      return acted(state, nowMs);
    case 'closed':
      return acted(state, nowMs);
    case 'left':
      return { ...state, left: event.gone, reread: state.reread || !event.gone };
  }
}

/** What to do now, if anything; the workflow does it and feeds the outcome back as an event. */
export function todo(state: State, nowMs: number): Todo | undefined {
  const { facts } = state;
  if (state.reread || !facts) return 'read';
  if (state.left) return undefined;
  if (facts.is === 'over') return 'leave';
  if (facts.is === 'absent' && facts.entryAgeMs >= absentForSureMs) return 'leave';
  if (state.lookAgainAtMs !== undefined) return state.lookAgainAtMs <= nowMs ? 'read' : undefined;
  if (facts.is === 'waiting') return facts.expiresAtMs <= nowMs ? 'expire' : undefined;
  if (facts.is === 'returned') return state.gaveUp ? 'give up' : 'exchange';
  return undefined;
}

/** The earliest moment at which something is due though nothing happens. */
export function deadlineMs({ facts, lookAgainAtMs }: State): number | undefined {
  if (lookAgainAtMs !== undefined) return lookAgainAtMs;
  return facts?.is === 'waiting' ? facts.expiresAtMs : undefined;
}

function afterRead(state: State, facts: AuthorizationFacts, nowMs: number): State {
  const { lookAgainAtMs, ...kept } = state;
  const read: State = { ...kept, facts, reread: false, left: false };
  if (facts.is === 'absent' && facts.entryAgeMs < absentForSureMs)
    return { ...read, lookAgainAtMs: nowMs + absentForSureMs - facts.entryAgeMs };
  const same = state.facts?.is === facts.is && state.facts.wanted === facts.wanted;
  return same && lookAgainAtMs !== undefined && lookAgainAtMs > nowMs ? { ...read, lookAgainAtMs } : read;
}

/** The row decides what that led to. Where it says the same as before, there is a pause before the same is done again. */
const acted = (state: State, nowMs: number): State => ({
  ...state,
  reread: true,
  lookAgainAtMs: nowMs + betweenLooksMs,
});
