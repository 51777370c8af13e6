// Run by sdk-download.ts: starts the server named first once, so that the SDK downloads it into the folder named second.
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [what, downloadDir] = process.argv.slice(2);
const executable = { type: 'cached-download' as const, ...(downloadDir && { downloadDir }) };
try {
  const environment =
    what === 'time-skipping'
      ? await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } })
      : await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await environment.teardown();
} catch (cause) {
  console.error((cause as Error).message);
  process.exitCode = 1;
}
