import type { temporal } from '@temporalio/proto';
import { publishId } from '../../workflows/ids.ts';
import { withTemporal } from '../stack/as-worker.ts';
import type { Stack } from '../stack/stack.ts';

/** `temporal.api.enums.v1.TimeoutType`: the worker was not heard of. */
const timeoutHeartbeat = 4;

/** The activities of a target's workflow that another worker took over because the heartbeat of the first was missed. */
export const takenOver = (stack: Stack, target: string): Promise<string[]> =>
  begunAgain(stack, target, ({ timeoutFailureInfo }) => timeoutFailureInfo?.timeoutType === timeoutHeartbeat);

/** Those that a worker gave back when it was told to stop. */
export const gaveWay = (stack: Stack, target: string): Promise<string[]> =>
  begunAgain(stack, target, ({ applicationFailureInfo }) => applicationFailureInfo?.type === 'GaveWay');

type Failure = temporal.api.failure.v1.IFailure;

/** The activities whose last attempt but one ended like that. */
async function begunAgain(stack: Stack, target: string, because: (failure: Failure) => boolean): Promise<string[]> {
  const { id: tenant } = await stack.control.control.selectFrom('tenants').select('id').executeTakeFirstOrThrow();
  const { events } = await withTemporal(stack, (client) =>
    client.workflow.getHandle(publishId(tenant, target)).fetchHistory(),
  );
  const names = new Map(
    (events ?? []).map(({ eventId, activityTaskScheduledEventAttributes: scheduled }) => [
      String(eventId),
      scheduled?.activityType?.name,
    ]),
  );
  return (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) => {
    const name = names.get(String(started?.scheduledEventId));
    return name && started?.lastFailure && because(started.lastFailure) ? [name] : [];
  });
}
