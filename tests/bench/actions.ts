import type { temporal } from '@temporalio/proto';

type History = temporal.api.history.v1.IHistory;

/**
 * Actions of one run, as Temporal bills them: its start, its timers, every attempt of an activity, all local activities of one workflow task
 * together, signals (one that came with the start counts with it), updates, and what it told the lists. Heartbeats leave no trace in a history;
 * an activity of less than four seconds sends none.
 */
export function actionsOf({ events }: History): number {
  const tasksWithLocal = new Set((events ?? []).filter(isLocalActivity).map(taskOf));
  return (events ?? []).reduce((sum, event, n) => {
    if (event.workflowExecutionSignaledEventAttributes) return sum + (n === 1 ? 0 : 1);
    if (event.activityTaskStartedEventAttributes) return sum + (event.activityTaskStartedEventAttributes.attempt ?? 1);
    const counted =
      event.workflowExecutionStartedEventAttributes ??
      event.timerStartedEventAttributes ??
      event.workflowExecutionUpdateAcceptedEventAttributes ??
      event.upsertWorkflowSearchAttributesEventAttributes;
    return counted ? sum + 1 : sum;
  }, tasksWithLocal.size);
}

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** One that was done by the worker of its workflow, without Temporal in between: it leaves a marker only. */
export const isLocalActivity = ({ markerRecordedEventAttributes: marker }: HistoryEvent): boolean =>
  marker?.markerName === 'core_local_activity';

const taskOf = ({ markerRecordedEventAttributes: marker }: HistoryEvent): string =>
  String(marker?.workflowTaskCompletedEventId);
