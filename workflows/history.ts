import { workflowInfo } from '@temporalio/workflow';

const longHistoryEvents = 1_500;

/** Time to continue as new: the server suggests it, or the history has grown long. */
export function historyIsLong(): boolean {
  const info = workflowInfo();
  return info.continueAsNewSuggested || info.historyLength > longHistoryEvents;
}
