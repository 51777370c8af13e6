import type { ConnectionFacts } from '../../activities/connection/read-connection.ts';
import { absentForSureMs } from '../absence.ts';
import { type Asked, type Asking, daysLeft, nextAsking } from './asking.ts';

/**
 * What the workflow of a connection knows and what it does next, as plain functions. The rows are the truth: this is only what was
 * last read of them, and they are read again after everything that was done and whenever a nudge comes.
 */
export interface State {
  facts?: ConnectionFacts;
  /** A nudge came, or something was done, since the rows were last read. */
  reread: boolean;
  /** Discovering or connecting was done for this revision, and the row still says the same: not again before something changes. */
  tried?: { is: ConnectionFacts['is']; wanted: number };
  /** After a look that changed nothing, when to look again though nobody nudges. */
  lookAgainAtMs?: number;
  /** A refresh was just tried; whatever the row says, not again before this. */
  refreshFromMs?: number;
  /** The same for the daily look at everything. */
  keepUpFromMs?: number;
  /** And for mails. */
  mailFromMs?: number;
  asked?: Asked;
  left: boolean;
}

export type Event =
  | { type: 'changed' }
  | { type: 'read'; facts: ConnectionFacts }
  | { type: 'done'; task: Exclude<Todo, 'read' | 'leave' | 'keep-up'> }
  /** Looked at everything, and read the rows at the end of it. */
  | { type: 'kept-up'; facts: ConnectionFacts }
  /** Tried for minutes in vain: nothing is proven and nothing changed. */
  | { type: 'failed'; task: Patient }
  | { type: 'left'; gone: boolean };

export type Todo = 'read' | 'discover' | 'adopt' | 'refresh' | 'keep-up' | 'ask' | 'mail' | 'leave';

/** What needs others. It is tried for minutes and then again later, so that a nudge is heard though Meta is down for days. */
export type Patient = 'discover' | 'adopt' | 'refresh' | 'keep-up' | 'mail';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const betweenLooksMs = hourMs;
const betweenRefreshesMs = hourMs;
const betweenMailsMs = 10 * minuteMs;
/** After trying in vain: soon where somebody waits for it, less often where nobody does. */
const retryAfterMs = {
  discover: 5 * minuteMs,
  adopt: 5 * minuteMs,
  refresh: 6 * hourMs,
  'keep-up': 6 * hourMs,
  mail: hourMs,
} as const satisfies Record<Patient, number>;

export const begin = (): State => ({ reread: true, left: false });

/** A nudge that came while leaving may belong to a new entry: it is looked at before the end. */
export const over = (state: State): boolean => state.left && !state.reread;

export function next(state: State, event: Event, nowMs: number): State {
  switch (event.type) {
    case 'changed':
      return { ...state, reread: true };
    case 'read':
      return afterRead(state, event.facts, nowMs);
    case 'kept-up':
      return afterRead({ ...state, keepUpFromMs: nowMs + betweenLooksMs }, event.facts, nowMs);
    case 'done':
      return { ...afterDone(state, event.task, nowMs), reread: true };
    case 'failed':
      return { ...afterFailed(state, event.task, nowMs), reread: true };
    case 'left':
      return { ...state, left: event.gone, reread: state.reread || !event.gone };
  }
}

/** What to do now, if anything; the workflow does it and feeds the outcome back as an event. */
export function todo(state: State, nowMs: number): Todo | undefined {
  const { facts } = state;
  if (state.reread || !facts) return 'read';
  if (state.left) return undefined;
  if (isDue(state.lookAgainAtMs, nowMs)) return 'read';
  if (facts.is === 'erasing') return 'leave';
  if (facts.is === 'absent') return facts.entryAgeMs >= absentForSureMs ? 'leave' : undefined;
  if (!wasTried(state, facts)) {
    if (facts.is === 'discovering') return 'discover';
    if (facts.is === 'connecting') return 'adopt';
  }
  if (isDue(refreshMs(state), nowMs)) return 'refresh';
  if (isDue(keepUpMs(state), nowMs)) return 'keep-up';
  if (isDue(asking(state)?.atMs, nowMs)) return 'ask';
  return isDue(mailMs(state), nowMs) ? 'mail' : undefined;
}

/** The earliest moment at which something is due though nothing happens. */
export function deadlineMs(state: State): number | undefined {
  const moments = [state.lookAgainAtMs, refreshMs(state), keepUpMs(state), asking(state)?.atMs, mailMs(state)];
  const known = moments.filter((ms) => ms !== undefined);
  return known.length ? Math.min(...known) : undefined;
}

/** What a person is asked for, and how long it still lasts in whole days. */
export function askingFor(state: State, nowMs: number): { what: Asking['what']; daysLeft: number } | undefined {
  const due = asking(state);
  return due && { what: due.what, daysLeft: daysLeft(due, nowMs) };
}

function afterRead(state: State, facts: ConnectionFacts, nowMs: number): State {
  const { lookAgainAtMs: _, ...kept } = state;
  const read: State = { ...kept, facts, reread: false, left: false };
  if (facts.is === 'absent' && facts.entryAgeMs < absentForSureMs)
    return { ...read, lookAgainAtMs: nowMs + absentForSureMs - facts.entryAgeMs };
  if (!state.tried) return read;
  if (wasTried(read, facts)) return lookAgain(read, state, nowMs);
  const { tried: __, ...fresh } = read;
  return fresh;
}

/** Once the time has come, what was tried is tried again. */
function lookAgain(read: State, before: State, nowMs: number): State {
  if (before.lookAgainAtMs === undefined) return { ...read, lookAgainAtMs: nowMs + betweenLooksMs };
  if (!isDue(before.lookAgainAtMs, nowMs)) return { ...read, lookAgainAtMs: before.lookAgainAtMs };
  const { tried: _, ...fresh } = read;
  return fresh;
}

function afterDone(state: State, task: Exclude<Todo, 'read' | 'leave' | 'keep-up'>, nowMs: number): State {
  if (task === 'refresh') return { ...state, refreshFromMs: nowMs + betweenRefreshesMs };
  if (task === 'mail') return { ...state, mailFromMs: nowMs + betweenMailsMs };
  if (task === 'ask') {
    const what = asking(state)?.what;
    return what ? { ...state, asked: { ...state.asked, [what]: nowMs } } : state;
  }
  return withTried(state);
}

function afterFailed(state: State, task: Patient, nowMs: number): State {
  const againAtMs = nowMs + retryAfterMs[task];
  if (task === 'refresh') return { ...state, refreshFromMs: againAtMs };
  if (task === 'keep-up') return { ...state, keepUpFromMs: againAtMs };
  if (task === 'mail') return { ...state, mailFromMs: againAtMs };
  return { ...withTried(state), lookAgainAtMs: againAtMs };
}

const withTried = (state: State): State =>
  state.facts ? { ...state, tried: { is: state.facts.is, wanted: state.facts.wanted } } : state;

const wasTried = ({ tried }: State, facts: ConnectionFacts) =>
  tried !== undefined && tried.is === facts.is && tried.wanted === facts.wanted;

const isDue = (ms: number | undefined, nowMs: number) => ms !== undefined && ms <= nowMs;

function refreshMs({ facts, refreshFromMs = 0 }: State): number | undefined {
  if (!facts || !('refreshAtMs' in facts) || facts.refreshAtMs === undefined) return undefined;
  return Math.max(facts.refreshAtMs, refreshFromMs);
}

function keepUpMs({ facts, keepUpFromMs = 0 }: State): number | undefined {
  if (!facts || !('keepUpAtMs' in facts) || facts.keepUpAtMs === undefined) return undefined;
  return Math.max(facts.keepUpAtMs, keepUpFromMs);
}

const asking = ({ facts, asked }: State) => nextAsking(facts, asked);

const mailMs = ({ facts, mailFromMs = 0 }: State): number | undefined =>
  facts && 'mail' in facts && facts.mail ? mailFromMs : undefined;
