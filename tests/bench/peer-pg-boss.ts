import { PgBoss } from 'pg-boss';
import type { CommitCall } from './drafts.ts';
import { asked } from './peer-job.ts';

/** pg-boss: each fetch is a batch whose jobs run at once. */
const { run, call } = await asked();
const { workers = 1, batch = 1, pollMs = 2_000 } = run.settings;
const boss = new PgBoss({ connectionString: run.databaseUrl, max: workers + 2 });
boss.on('error', (error) => console.error(error.message));
await boss.start();
await boss.createQueue('commit');
const startAfter = new Date(run.dueAtMs);
await boss.insert(
  'commit',
  run.calls.map((data) => ({ data, startAfter })),
);
const options = {
  batchSize: batch,
  localConcurrency: workers,
  pollingIntervalSeconds: pollMs / 1_000,
  burstWhenBatchFull: true,
};
await boss.work<CommitCall>('commit', options, async (jobs) => {
  await Promise.all(jobs.map(({ data }) => call(data)));
});
