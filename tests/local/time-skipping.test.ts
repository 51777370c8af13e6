import { expect, test } from 'vitest';
import { timeSkipping } from '../stack/time-skipping.ts';

test('the time-skipping test server serves, wherever it came from', async () => {
  const environment = await timeSkipping();
  const before = await environment.currentTimeMs();
  await environment.sleep('60 days');
  expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(60 * 24 * 3600 * 1000);
  await environment.teardown();
});
