import { CancellationScope, condition, isCancellation, log } from '@temporalio/workflow';
import type { Nudges } from '../live.ts';
import type { PublishActivities } from './activities.ts';
import type { Event, Open } from './state.ts';

/** What is due this soon is not parked: it goes through the queue of everything else, which is quicker for one post. */
const parkFromMs = 5_000;

/**
 * Runs the commit, and goes on listening: when a nudge shows that something else is wanted now, the attempt is given up
 * without waiting for it (it can claim nothing any more), and the rows decide.
 */
export async function commit(
  act: PublishActivities,
  ref: { tenant: string; target: string },
  facts: Open,
  nudges: Nudges,
): Promise<Event> {
  let outcome: Event | undefined;
  let failure: unknown;
  const scope = new CancellationScope();
  const attempt = scope.run(async () => {
    const commitTarget = facts.dueAtMs - Date.now() > parkFromMs ? act.commitParked : act.commitSoon;
    try {
      const result = await commitTarget({ ...ref, wanted: facts.wanted });
      outcome =
        result === 'unknown'
          ? { type: 'committed', outcome: result, endedAtMs: Date.now() }
          : { type: 'committed', outcome: result };
    } catch (error) {
      if (!isCancellation(error)) failure = error;
    }
  });
  for (;;) {
    await condition(() => nudges.any() || outcome !== undefined || failure !== undefined);
    if (failure !== undefined) throw failure;
    if (outcome) return outcome;
    nudges.take();
    const now = await act.readTarget(ref);
    if (outcome) return outcome;
    if (now.is === 'open' && now.wanted === facts.wanted) continue;
    log.info('the attempt is given up: something else is wanted now');
    scope.cancel();
    await attempt;
    return outcome ?? { type: 'read', facts: now };
  }
}
