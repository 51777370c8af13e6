import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { passing } from '../../activities/failures.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { queues } from '../../workflows/queues.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { timeSkipping } from '../stack/time-skipping.ts';

/** IndexedValueType KEYWORD of Temporal's API. */
const keyword = 2;

let skipping: TestWorkflowEnvironment;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  skipping = await timeSkipping();
  await skipping.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(Object.values(searchAttributes).map(({ name }) => [name, keyword])),
  });
});
afterAll(() => skipping.teardown());

test('a post whose address Meta never tells is published all the same', async () => {
  let asked = 0;
  const activities = {
    readTarget: async () => ({ is: 'over', wanted: 1, state: 'published', unlinked: true }),
    readPermalink: async () => {
      asked += 1;
      throw passing('Meta does not tell the address yet');
    },
    leaveTarget: async () => true,
  };
  const worker = await Worker.create({
    connection: skipping.nativeConnection,
    taskQueue: queues.publish,
    workflowBundle: { codePath: await workflowBundle() },
    activities,
  });
  const target = '01890a5d-ac96-774b-bcce-b302099a8057';
  await worker.runUntil(async () => {
    const outcome = await skipping.client.workflow.execute('publish', {
      workflowId: `publish:tenant:${target}`,
      taskQueue: queues.publish,
      args: [{ tenant: 'tenant', target }],
    });
    expect(outcome).toBe('published');
  });
  expect(asked).toBeGreaterThan(1);
});
