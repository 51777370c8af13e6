import type { PublishActivities } from './activities.ts';
import type { Open } from './facts.ts';
import type { Event } from './state.ts';

/** What is due this soon is not parked: it goes through the queue of everything else, which is quicker for one post. */
const parkFromMs = 5_000;

/** Makes a target public at its instant. */
export async function commit(
  act: PublishActivities,
  ref: { tenant: string; target: string },
  { dueAtMs, wanted }: Open,
): Promise<Event> {
  const commitTarget = dueAtMs - Date.now() > parkFromMs ? act.commitParked : act.commitSoon;
  const outcome = await commitTarget({ ...ref, wanted });
  if (outcome === 'unknown' || outcome === 'accepted') return { type: 'committed', outcome, endedAtMs: Date.now() };
  return { type: 'committed', outcome };
}
