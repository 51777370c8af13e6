import type { KeyWorkFacts } from '../../activities/tenant/read-key-work.ts';
import { absentForSureMs } from '../absence.ts';

/** What the workflow knows of work on a tenant's keys and what it does next, as plain functions. The row is the truth. */
export interface State {
  facts?: KeyWorkFacts;
  /** A nudge came, or something was done, since the row was last read. */
  reread: boolean;
  /** A whole pass went through what is sealed, since the new key is there. */
  swept: boolean;
  /** When the old key may go, unless something is found under it until then. */
  quietAtMs?: number;
  /** When to look again though nobody nudges. */
  lookAgainAtMs?: number;
  left: boolean;
}

export type Event =
  | { type: 'changed' }
  | { type: 'read'; facts: KeyWorkFacts }
  | { type: 'done'; task: 'make key' | 'rewrap' }
  | { type: 'swept' }
  | { type: 'asked to forget'; answer: 'forgotten' | 'in use' | 'early' }
  | { type: 'left'; gone: boolean };

export type Todo = 'read' | 'make key' | 'reseal' | 'forget' | 'rewrap' | 'leave';

/** Where somebody still holds a row, or the clocks of machine and database do not agree on whether it is time. */
const betweenLooksMs = 10_000;

export const begin = (): State => ({ reread: true, swept: false, left: false });

/** A nudge that came while leaving may belong to a new entry: it is looked at before the end. */
export const over = (state: State): boolean => state.left && !state.reread;

export function next(state: State, event: Event, nowMs: number): State {
  switch (event.type) {
    case 'changed':
    case 'done':
      return { ...state, reread: true };
    case 'read':
      return afterRead(state, event.facts, nowMs);
    case 'swept':
      return { ...state, swept: state.facts?.is === 'rotating' && state.facts.made, reread: true };
    case 'asked to forget':
      return afterForget(state, event.answer, nowMs);
    case 'left':
      return { ...state, left: event.gone, reread: state.reread || !event.gone };
  }
}

/** What to do now, if anything; the workflow does it and feeds the outcome back as an event. */
export function todo(state: State, nowMs: number): Todo | undefined {
  const { facts, lookAgainAtMs, quietAtMs = 0 } = state;
  if (state.reread || !facts) return 'read';
  if (state.left) return undefined;
  if (lookAgainAtMs !== undefined) return lookAgainAtMs <= nowMs ? 'read' : undefined;
  switch (facts.is) {
    case 'over':
    case 'absent':
      return 'leave';
    case 'rewrapping':
      return 'rewrap';
    case 'rotating':
      if (!facts.made) return 'make key';
      if (!state.swept) return 'reseal';
      return quietAtMs <= nowMs ? 'forget' : undefined;
  }
}

/** The earliest moment at which something is due though nothing happens. */
export function deadlineMs({ facts, lookAgainAtMs, quietAtMs }: State): number | undefined {
  if (lookAgainAtMs !== undefined) return lookAgainAtMs;
  return facts?.is === 'rotating' ? quietAtMs : undefined;
}

function afterRead(state: State, facts: KeyWorkFacts, nowMs: number): State {
  const { lookAgainAtMs: _, quietAtMs: __, ...kept } = state;
  const read: State = { ...kept, facts, reread: false, left: false };
  if (facts.is === 'absent' && facts.entryAgeMs < absentForSureMs)
    return { ...read, lookAgainAtMs: nowMs + absentForSureMs - facts.entryAgeMs };
  if (facts.is !== 'rotating') return read;
  return { ...read, swept: facts.made && state.swept, quietAtMs: nowMs + facts.quietInMs };
}

function afterForget(state: State, answer: 'forgotten' | 'in use' | 'early', nowMs: number): State {
  if (answer === 'forgotten') return { ...state, reread: true };
  return { ...state, swept: answer === 'early', lookAgainAtMs: nowMs + betweenLooksMs };
}
