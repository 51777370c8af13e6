import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { beating } from '../../activities/heartbeat.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => vi.useRealTimers());

/** How often an activity says in half a minute that it is alive. */
async function beats(info: { isLocal: boolean }): Promise<number> {
  const environment = new MockActivityEnvironment(info);
  let heard = 0;
  environment.on('heartbeat', () => {
    heard += 1;
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  const over = environment.run(beating({ slow: () => promise }).slow);
  vi.advanceTimersByTime(30_000);
  resolve();
  await over;
  vi.advanceTimersByTime(30_000);
  return heard;
}

test('a long activity says that it is alive, until it is over', async () => {
  expect(await beats({ isLocal: false })).toBe(7);
});

test('a local one does not: Temporal would know nothing of it', async () => {
  expect(await beats({ isLocal: true })).toBe(0);
});
