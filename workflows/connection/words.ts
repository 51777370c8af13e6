import type { Waiting } from '../messages.ts';
import { deadlineMs, type State, todo } from './state.ts';

const phrases = {
  absent: 'No row yet; it may belong to a transaction that is still open',
  erasing: 'Disconnected by a member; taking everything apart',
  discovering: 'Finding the Pages and Instagram accounts',
  choosing: 'A member has to choose the accounts',
  connecting: 'Connecting the chosen accounts',
  connected: 'Connected',
} as const;

const next = {
  read: 'look again',
  discover: 'find the accounts',
  adopt: 'connect the accounts',
  refresh: 'exchange the token for a fresh one',
  'keep-up': 'look at everything',
  mail: 'mail the notices',
  ask: 'ask for a new login',
  leave: 'leave',
} as const;

/** What the workflow waits for, for operators. */
export function waitingFor(state: State): Waiting {
  if (!state.facts) return { for: 'Reading the rows' };
  const untilMs = deadlineMs(state);
  const what = phrases[state.facts.is];
  if (untilMs === undefined) return { for: what };
  const then = todo({ ...state, reread: false }, untilMs);
  return { for: then ? `${what}; next: ${next[then]}` : what, untilMs };
}

/** The same in one line. */
export function describe(state: State): string {
  const { for: what, untilMs } = waitingFor(state);
  return untilMs === undefined ? what : `${what}, ${new Date(untilMs).toISOString()}`;
}
