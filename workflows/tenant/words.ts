import type { Waiting } from '../messages.ts';
import type { KeyProgress } from './messages.ts';
import { deadlineMs, type State } from './state.ts';

/** What it does or waits for, in a few words. */
function doing({ facts, swept }: State): string {
  switch (facts?.is) {
    case undefined:
      return 'Reading the row';
    case 'absent':
      return 'No row; leaving';
    case 'over':
      return 'Done; leaving';
    case 'rewrapping':
      return 'Wrapping the keys under the new master key';
    case 'rotating':
      if (!facts.made) return 'Making a new data key';
      return swept
        ? 'Everything is under the new key; the old one goes when nobody can need it'
        : 'Sealing everything anew';
  }
}

const resealed = ({ facts }: State): number => (facts && 'resealed' in facts ? facts.resealed : 0);

export const progressOf = (state: State): KeyProgress => ({ doing: doing(state), resealed: resealed(state) });

/** What the workflow waits for, for operators. */
export function waitingFor(state: State): Waiting {
  const untilMs = deadlineMs(state);
  return { for: doing(state), ...(untilMs === undefined ? {} : { untilMs }) };
}

/** The same in one line. */
export function describe(state: State): string {
  const { for: what, untilMs } = waitingFor(state);
  const until = untilMs === undefined ? '' : `, ${new Date(untilMs).toISOString()}`;
  return `${what}${until}; sealed anew: ${resealed(state)}`;
}
