import type { Waiting } from '../messages.ts';
import { deadlineMs, type State, type Todo, todo } from './state.ts';

const phrases = {
  reading: 'Reading the rows',
  waiting: 'Scheduled',
  arming: 'Armed: parked until the due instant, then made public',
  witnessing: 'Looking at Meta what has become of the call',
  finishing: 'Decided; finishing',
  leaving: 'Done; leaving',
  left: 'Over',
} as const;

const nextWords: Partial<Record<Todo, string>> = {
  read: 'read its rows again',
  ahead: 'bring its files to Meta',
  last: 'make it at Meta where nobody sees it',
  witness: 'look again',
};

const outcomeWords: Readonly<Record<string, string>> = {
  published: 'Over: published',
  failed: 'Over: failed; the history of the post says why',
  held: 'Held: it waits for a person to decide',
  canceled: 'Over: canceled',
  draft: 'Over: only a draft',
  deleted: 'Over: published, and deleted again',
};

/** What the workflow waits for, for operators. */
export function waitingFor(state: State): Waiting {
  const untilMs = deadlineMs(state);
  if (state.phase === 'left') return { for: outcomeWords[outcomeOf(state)] ?? phrases.left };
  if (state.phase !== 'waiting' && state.phase !== 'witnessing') return { for: phrases[state.phase] };
  const then = todo({ ...state, reread: false }, Number.POSITIVE_INFINITY);
  const next = then && nextWords[then];
  return {
    for: `${phrases[state.phase]}${next ? `; next: ${next}` : ''}`,
    ...(untilMs === undefined ? {} : { untilMs }),
  };
}

/** The same in one line, with the due time where it is known. */
export function describe(state: State): string {
  const { for: what, untilMs } = waitingFor(state);
  const until = untilMs === undefined ? '' : ` at ${new Date(untilMs).toISOString()}`;
  const due = state.facts ? ` (due ${new Date(state.facts.dueAtMs).toISOString()}, revision ${state.wanted})` : '';
  return `${what}${until}${due}`;
}

/** The state that the row ended in; without a row nothing was ever wanted. */
export const outcomeOf = (state: State): string => state.outcome ?? 'absent';

/**
 * What is shown in lists of workflows: only states in which a workflow can stay, since telling each costs an action.
 */
export function stateForOperators(state: State): string | undefined {
  if (state.phase === 'left') return outcomeOf(state);
  return ['waiting', 'arming', 'witnessing'].includes(state.phase) ? state.phase : undefined;
}
