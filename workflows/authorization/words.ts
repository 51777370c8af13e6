import type { Waiting } from '../messages.ts';
import { deadlineMs, type State } from './state.ts';

const phrases = {
  absent: 'No row yet; it may belong to a transaction that is still open',
  waiting: 'The person has to come back from Meta',
  returned: 'Exchanging the code for a token',
  over: 'Over; leaving',
} as const;

/** What the workflow waits for, for operators. */
export function waitingFor(state: State): Waiting {
  if (!state.facts) return { for: 'Reading the row' };
  const untilMs = deadlineMs(state);
  return { for: phrases[state.facts.is], ...(untilMs === undefined ? {} : { untilMs }) };
}

/** The same in one line. */
export function describe(state: State): string {
  const { for: what, untilMs } = waitingFor(state);
  return untilMs === undefined ? what : `${what}, until ${new Date(untilMs).toISOString()}`;
}
