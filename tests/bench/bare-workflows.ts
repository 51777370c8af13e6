import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';

const wake = defineSignal('wake');

/** The least that a workflow can be which waits for a message or for a time to come. */
export async function idle(): Promise<void> {
  let woken = false;
  setHandler(wake, () => {
    woken = true;
  });
  await condition(() => woken, '48 days');
}

const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({ startToCloseTimeout: '1m' });

/** The least that a workflow can be which has so many things done, one after the other. */
export async function steps(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await nothing();
}
