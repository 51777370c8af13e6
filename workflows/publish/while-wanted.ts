import { CancellationScope, condition, isCancellation, log, patched } from '@temporalio/workflow';
import type { Nudges } from '../live.ts';
import type { PublishActivities } from './activities.ts';
import { type Facts, today } from './facts.ts';
import type { Event } from './state.ts';

/**
 * Does something, and goes on listening: when a nudge shows that something else is wanted now, it is given up without waiting for it, and the
 * rows decide. What a given-up commit has parked can claim nothing any more.
 */
export async function whileWanted(
  act: PublishActivities,
  ref: { tenant: string; target: string },
  nudges: Nudges,
  isWanted: (now: Facts) => boolean,
  work: () => Promise<Event>,
): Promise<Event> {
  let outcome: Event | undefined;
  let failure: unknown;
  const scope = new CancellationScope();
  const attempt = scope.run(async () => {
    try {
      outcome = await work();
    } catch (error) {
      if (!isCancellation(error)) failure = error;
    }
  });
  for (;;) {
    await condition(() => nudges.any() || outcome !== undefined || failure !== undefined);
    if (failure !== undefined) throw failure;
    if (outcome) return outcome;
    nudges.take();
    const now = today(await act.readTarget(ref));
    if (isWanted(now)) continue;
    scope.cancel();
    await attempt;
    if (!outcome) {
      log.info('it is given up: something else is wanted now');
      return { type: 'read', facts: now };
    }
    // It was done while the rows were read: its outcome goes first, and what is wanted now is not forgotten over it.
    if (patched('nudge-outlives-outcome')) nudges.giveBack();
    return outcome;
  }
}
