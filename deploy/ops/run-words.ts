import type { Run } from './run-of-workflow.ts';

/** What a workflow does and waits for, and until when. */
export function runWords({ status, waiting, activities: [first] }: Run): string {
  if (status !== 'running') return `Its workflow is ${status}.`;
  const doing = first ? ` It is at ${first.activity}, attempt ${first.attempt}.` : '';
  if (!waiting) return `Its workflow runs, but no worker answers for it.${doing}`;
  const until = waiting.untilMs === undefined ? '' : `, until ${new Date(waiting.untilMs).toISOString()}`;
  return `Its workflow waits: ${waiting.for}${until}.${doing}`;
}
