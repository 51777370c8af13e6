import { TestWorkflowEnvironment } from '@temporalio/testing';
import { testServer } from '../../deploy/local/test-server.ts';

const attempts = 20;

/**
 * A Temporal whose clock jumps over waiting while a client awaits a workflow's `result()`. The clock is one for the
 * whole server: one server a test file, torn down by the caller.
 */
export async function timeSkipping(): Promise<TestWorkflowEnvironment> {
  const path = await testServer({ env: process.env, say: (line) => console.error(line) });
  const server = { executable: { type: 'existing-path', path } } as const;
  // The SDK gives the server five seconds to come up, which are few on a machine that is busy with other tests.
  for (let attempt = 1; attempt < attempts; attempt++) {
    const made = await TestWorkflowEnvironment.createTimeSkipping({ server }).catch(tooSlow);
    if (made) return made;
  }
  return TestWorkflowEnvironment.createTimeSkipping({ server });
}

function tooSlow(error: unknown): undefined {
  if (error instanceof Error && error.message.includes('did not start within')) return undefined;
  throw error;
}
