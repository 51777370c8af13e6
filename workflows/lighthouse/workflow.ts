import { allHandlersFinished, condition, continueAsNew, setHandler } from '@temporalio/workflow';
import { historyIsLong } from '../live.ts';
import { beat } from '../messages.ts';

/**
 * Counts, and nothing else. Its count is kept in the control database too: when Temporal knows of a smaller one, its
 * database was lost or restored, and everything that should be alive is nudged.
 */
export async function lighthouse(beats: number): Promise<void> {
  setHandler(beat, () => {
    beats += 1;
    return beats;
  });
  await condition(() => historyIsLong() && allHandlersFinished());
  await continueAsNew<typeof lighthouse>(beats);
}
