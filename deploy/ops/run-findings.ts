import type { Finding } from './finding.ts';
import type { Run } from './run-of-workflow.ts';

/** So often a passing fault is nothing to wake anybody for. */
const patience = { activity: 5, task: 3 };

/** What a look at a workflow shows that somebody has to look at. */
export function runFindings(about: string, run: Run): Finding[] {
  if (run.status === 'Temporal does not answer')
    return [
      {
        about,
        wrong: 'Temporal does not answer, so nothing of this goes on.',
        next: 'Start Temporal, or look at its log. What is due is caught up when it is back.',
      },
    ];
  if (run.status !== 'running')
    return [
      {
        about,
        wrong: 'It should run, and does not.',
        next: 'A worker starts it within a minute. If not: does one run, and what does its log say (reconciler)?',
      },
    ];
  return [...failingTask(about, run), ...run.activities.flatMap((activity) => failing(about, activity))];
}

function failingTask(about: string, { taskAttempt = 0, taskSince }: Run): Finding[] {
  if (taskAttempt < patience.task) return [];
  return [
    {
      about,
      wrong: `Its workflow task failed ${taskAttempt - 1} times: the code of the workers cannot go on with its history.`,
      ...(taskSince && { since: taskSince }),
      next: 'See the failure in the Web UI. Take the former version of the workers back, or terminate the run: it starts anew from its row.',
    },
  ];
}

function failing(
  about: string,
  { activity, attempt, lastFailure, lastTriedAt, nextAttemptAt }: Run['activities'][number],
): Finding[] {
  if (attempt < patience.activity) return [];
  return [
    {
      about,
      wrong: `${activity} failed ${attempt - 1} times${lastFailure ? `, last with: ${lastFailure}` : ''}.`,
      ...(lastTriedAt && { since: lastTriedAt }),
      next: nextAttemptAt
        ? `It is tried again by itself at ${nextAttemptAt}; the worker's log says where it fails.`
        : "It is tried again by itself; the worker's log says where it fails.",
    },
  ];
}
