import { TestWorkflowEnvironment } from '@temporalio/testing';
import { testServer } from '../../deploy/local/test-server.ts';

/**
 * A Temporal whose clock jumps over waiting while a client awaits a workflow's `result()`. The clock is one for the
 * whole server: one server a test file, torn down by the caller.
 */
export async function timeSkipping(): Promise<TestWorkflowEnvironment> {
  const path = await testServer({ env: process.env, say: (line) => console.error(line) });
  return TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } });
}
