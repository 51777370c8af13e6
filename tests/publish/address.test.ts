import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { expect, inject, test } from 'vitest';
import { workflowBundle } from '../../workers/bundle.ts';
import { queues } from '../../workflows/queues.ts';
import { freshNamespace } from '../stack/namespace.ts';

test('a post whose address Meta never tells, and whose first comment it never takes, is published all the same, and the comment is spoken of', async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const address = inject('temporalAddress');
  const namespace = await freshNamespace(address);
  const [connection, own] = await Promise.all([Connection.connect({ address }), NativeConnection.connect({ address })]);
  let asked = false;
  let left: unknown;
  const activities = {
    readTarget: async () => ({ is: 'over', wanted: 1, state: 'published', chores: ['link', 'comment'] }),
    readPermalink: async () => {
      asked = true;
      // As after its last attempt.
      throw ApplicationFailure.nonRetryable('Meta does not tell the address');
    },
    commentTarget: async () => {
      throw ApplicationFailure.nonRetryable('Meta does not take the comment');
    },
    leaveTarget: async (how: unknown) => {
      left = how;
      return true;
    },
  };
  const workflowBundleCode = { codePath: await workflowBundle() };
  const worker = await Worker.create({
    connection: own,
    namespace,
    taskQueue: queues.publish,
    workflowBundle: workflowBundleCode,
    activities,
  });
  const target = '01890a5d-ac96-774b-bcce-b302099a8057';
  const start = { workflowId: `publish:tenant:${target}`, taskQueue: queues.publish };
  const client = new Client({ connection, namespace });
  const outcome = await worker.runUntil(
    client.workflow.execute('publish', { ...start, args: [{ tenant: 'tenant', target }] }),
  );
  expect(outcome).toBe('published');
  expect(asked).toBe(true);
  expect(left).toEqual({ tenant: 'tenant', target, wanted: 1, commentGivenUp: true });
  await Promise.all([connection.close(), own.close()]);
});
