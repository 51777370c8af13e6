import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { expect, test } from 'vitest';
import { workflowBundle } from '../../workers/bundle.ts';

const files = globSync('*.json', { cwd: import.meta.dirname }).sort();
const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'));

test('there is a saved history of every workflow', () => {
  const kinds = new Set(files.map((file) => file.split('.')[0]));
  expect([...kinds]).toEqual(['authorization', 'connection', 'lighthouse', 'publish', 'tenant']);
});

test.each(files)('today’s workflows go on where %s stands', async (file) => {
  const workflowBundleCode = { codePath: await workflowBundle() };
  await Worker.runReplayHistory({ workflowBundle: workflowBundleCode }, read(file));
});

test('a change that old runs cannot follow is found', async () => {
  const history = read(files.find((file) => file.startsWith('publish')) ?? '');
  const scheduled = history.events.find((event: { eventType: string }) =>
    event.eventType.endsWith('ACTIVITY_TASK_SCHEDULED'),
  );
  scheduled.activityTaskScheduledEventAttributes.activityType.name = 'somethingElse';
  const replay = Worker.runReplayHistory({ workflowBundle: { codePath: await workflowBundle() } }, history);
  await expect(replay).rejects.toThrow(DeterminismViolationError);
});
