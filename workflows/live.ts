import type { SearchAttributePair } from '@temporalio/common';
import {
  allHandlersFinished,
  condition,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { changed, type Waiting, waiting } from './messages.ts';

/** The nudges that came since they were last taken. They carry nothing, so one stands for all. */
export interface Nudges {
  any(): boolean;
  take(): boolean;
  /** What was taken has not been looked after: it stands as if it had come just now. */
  giveBack(): void;
}

/** A workflow that lives by a row: its decisions as plain functions, and what it does as activities. */
export interface Life<State, Event, Todo> {
  state: State;
  next(state: State, event: Event | { type: 'changed' }, nowMs: number): State;
  todo(state: State, nowMs: number): Todo | undefined;
  deadlineMs(state: State): number | undefined;
  over(state: State): boolean;
  /** Does a task; the outcome is an event. */
  perform(task: Todo, state: State, nudges: Nudges): Promise<Event>;
  waitingFor(state: State): Waiting;
  /** One line for the Web UI: what it waits for, and until when. */
  describe(state: State): string;
  /** What lists of workflows can be filtered by. Telling costs an action, so it is told where it changed only. */
  attributes(state: State): SearchAttributePair[];
  /** Continues as new from this state, with nothing else in hand. */
  goOn(state: State): Promise<never>;
}

const longHistoryEvents = 1_500;

/**
 * Lives: waits for a nudge or for the one deadline, does what is to be done, and tells operators, until it is over.
 * @returns the state that it ended in
 */
export async function live<State, Event, Todo>(life: Life<State, Event, Todo>): Promise<State> {
  let state = life.state;
  let nudged = false;
  const nudges: Nudges = {
    any: () => nudged,
    take: () => {
      const any = nudged;
      nudged = false;
      return any;
    },
    giveBack: () => {
      nudged = true;
    },
  };
  setHandler(changed, () => {
    nudged = true;
  });
  setHandler(waiting, () => life.waitingFor(state));

  while (!life.over(state)) {
    await somethingHappens();
    hear();
    for (let task = life.todo(state, Date.now()); task; task = life.todo(state, Date.now())) {
      tellOperators();
      state = life.next(state, await life.perform(task, state, nudges), Date.now());
      hear();
    }
    tellOperators();
    // No await between the look and the leap: a nudge must not fall between them.
    if (historyIsLong() && !nudged && allHandlersFinished()) await life.goOn(state);
  }
  return state;

  async function somethingHappens(): Promise<void> {
    if (nudged || life.todo(state, Date.now())) return;
    const untilMs = life.deadlineMs(state);
    if (untilMs === undefined) await condition(nudges.any);
    else await condition(nudges.any, Math.max(1, untilMs - Date.now()), { summary: life.waitingFor(state).for });
  }

  function hear(): void {
    if (nudges.take()) state = life.next(state, { type: 'changed' }, Date.now());
  }

  function tellOperators(): void {
    setCurrentDetails(life.describe(state));
    const told = workflowInfo().typedSearchAttributes;
    const news = life.attributes(state).filter(({ key, value }) => told.get(key) !== value);
    if (news.length) upsertSearchAttributes(news);
  }
}

/** Time to continue as new: the server suggests it, or the history has grown long. */
export function historyIsLong(): boolean {
  const info = workflowInfo();
  return info.continueAsNewSuggested || info.historyLength > longHistoryEvents;
}
