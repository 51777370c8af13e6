import type { PublishActivities } from './activities.ts';
import type { Open } from './facts.ts';
import { type Event, isParked } from './state.ts';

/** Makes a target public at its instant. */
export async function commit(
  act: PublishActivities,
  ref: { tenant: string; target: string },
  facts: Open,
): Promise<Event> {
  const commitTarget = isParked(facts, Date.now()) ? act.commitParked : act.commitSoon;
  const outcome = await commitTarget({ ...ref, wanted: facts.wanted });
  if (outcome === 'unknown' || outcome === 'accepted') return { type: 'committed', outcome, endedAtMs: Date.now() };
  return { type: 'committed', outcome };
}
