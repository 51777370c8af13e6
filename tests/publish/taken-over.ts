import { publishId } from '../../workflows/ids.ts';
import { withTemporal } from '../stack/as-worker.ts';
import type { Stack } from '../stack/stack.ts';

/** `temporal.api.enums.v1.TimeoutType`: the worker was not heard of. */
const timeoutHeartbeat = 4;

/** The activities of a target's workflow that another worker took over because the heartbeat of the first was missed. */
export async function takenOver(stack: Stack, target: string): Promise<string[]> {
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
    const { timeoutType } = started?.lastFailure?.timeoutFailureInfo ?? {};
    const name = names.get(String(started?.scheduledEventId));
    return timeoutType === timeoutHeartbeat && name ? [name] : [];
  });
}
