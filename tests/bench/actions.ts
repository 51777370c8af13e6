import type { temporal } from '@temporalio/proto';

type History = temporal.api.history.v1.IHistory;

/**
 * Actions of one run, as Temporal bills them: its start, its timers, every attempt of an activity, signals (one that came with the start counts
 * with it), updates, and what it told the lists. Heartbeats leave no trace in a history; an activity of less than four seconds sends none.
 */
export function actionsOf({ events }: History): number {
  return (events ?? []).reduce((sum, event, n) => {
    if (event.workflowExecutionSignaledEventAttributes) return sum + (n === 1 ? 0 : 1);
    if (event.activityTaskStartedEventAttributes) return sum + (event.activityTaskStartedEventAttributes.attempt ?? 1);
    const counted =
      event.workflowExecutionStartedEventAttributes ??
      event.timerStartedEventAttributes ??
      event.workflowExecutionUpdateAcceptedEventAttributes ??
      event.upsertWorkflowSearchAttributesEventAttributes;
    return counted ? sum + 1 : sum;
  }, 0);
}
