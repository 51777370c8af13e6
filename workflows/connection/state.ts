import type { ConnectionFacts } from '../../activities/connection/read-connection.ts';

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
  /** When the members were last asked to have somebody log in. */
  askedAtMs?: number;
  left: boolean;
}

export type Event =
  | { type: 'changed' }
  | { type: 'read'; facts: ConnectionFacts }
  | { type: 'done'; task: Exclude<Todo, 'read' | 'leave'> }
  | { type: 'left'; gone: boolean };

export type Todo = 'read' | 'discover' | 'adopt' | 'refresh' | 'ask' | 'leave';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** An entry without a row: the transaction that makes the row commits within this time, or never. */
const absentForSureMs = minuteMs;
const betweenLooksMs = hourMs;
const betweenRefreshesMs = hourMs;
/** How long before something ends for which only a person can get more, a person is asked; and once when it has ended. */
const askBeforeMs = [14 * dayMs, 7 * dayMs, dayMs, 0] as const;

export const begin = (): State => ({ reread: true, left: false });

/** A nudge that came while leaving may belong to a new entry: it is looked at before the end. */
export const over = (state: State): boolean => state.left && !state.reread;

export function next(state: State, event: Event, nowMs: number): State {
  switch (event.type) {
    case 'changed':
      return { ...state, reread: true };
    case 'read':
      return afterRead(state, event.facts, nowMs);
    case 'done':
      return { ...afterDone(state, event.task, nowMs), reread: true };
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
  return isDue(askMs(state), nowMs) ? 'ask' : undefined;
}

/** The earliest moment at which something is due though nothing happens. */
export function deadlineMs(state: State): number | undefined {
  const moments = [state.lookAgainAtMs, refreshMs(state), askMs(state)].filter((ms) => ms !== undefined);
  return moments.length ? Math.min(...moments) : undefined;
}

/** What a person is asked for, and how long it still lasts in whole days: 0 when it has ended. */
export function askingFor(
  state: State,
  nowMs: number,
): { what: 'login' | 'data-access'; daysLeft: number } | undefined {
  const ending = firstEnding(state);
  return ending && { what: ending.what, daysLeft: Math.max(0, Math.ceil((ending.atMs - nowMs) / dayMs)) };
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

function afterDone(state: State, task: Exclude<Todo, 'read' | 'leave'>, nowMs: number): State {
  if (task === 'refresh') return { ...state, refreshFromMs: nowMs + betweenRefreshesMs };
  if (task === 'ask') return { ...state, askedAtMs: nowMs };
  return state.facts ? { ...state, tried: { is: state.facts.is, wanted: state.facts.wanted } } : state;
}

const wasTried = ({ tried }: State, facts: ConnectionFacts) =>
  tried !== undefined && tried.is === facts.is && tried.wanted === facts.wanted;

const isDue = (ms: number | undefined, nowMs: number) => ms !== undefined && ms <= nowMs;

function refreshMs({ facts, refreshFromMs = 0 }: State): number | undefined {
  if (!facts || !('refreshAtMs' in facts) || facts.refreshAtMs === undefined) return undefined;
  return Math.max(facts.refreshAtMs, refreshFromMs);
}

/** The first of the days of asking that has not been used. */
function askMs(state: State): number | undefined {
  const ending = firstEnding(state);
  if (!ending) return undefined;
  const days = askBeforeMs.map((beforeMs) => ending.atMs - beforeMs);
  const { askedAtMs } = state;
  return askedAtMs === undefined ? days[0] : days.find((ms) => ms > askedAtMs);
}

function firstEnding({ facts }: State): { what: 'login' | 'data-access'; atMs: number } | undefined {
  if (!facts || !('wanted' in facts) || facts.is === 'absent' || facts.is === 'erasing') return undefined;
  const { renewByMs, dataAccessEndsAtMs } = facts;
  const endings = [
    ...(renewByMs === undefined ? [] : [{ what: 'login' as const, atMs: renewByMs }]),
    ...(dataAccessEndsAtMs === undefined ? [] : [{ what: 'data-access' as const, atMs: dataAccessEndsAtMs }]),
  ];
  return endings.sort((a, b) => a.atMs - b.atMs)[0];
}
