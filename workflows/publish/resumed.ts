import { type Facts, type Open, today } from './facts.ts';
import type { State } from './state.ts';

/** A state as a run of former code may have handed it on. */
type Former = Omit<State, 'phase'> & { phase: State['phase'] | 'linking' };

/** A state that an earlier run handed on, as today's code has it. */
export function resumedToday(state: Former): State {
  const { facts, phase, ...rest } = state;
  const now = facts && (today(facts as Facts) as Open);
  const kept = { ...rest, ...(now ? { facts: now } : {}) };
  return phase === 'linking' ? { ...kept, phase: 'finishing', chores: ['link'] } : { ...kept, phase };
}
