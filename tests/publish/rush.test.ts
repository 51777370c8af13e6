import { expect, test } from 'vitest';
import { Rush } from '../../activities/publish/rush.ts';

/** Calls under way, each with what ends it. */
function callsIn(rush: Rush, count: number) {
  const calls = Array.from({ length: count }, () => Promise.withResolvers<string>());
  const made = calls.map(({ promise }) => rush.call(() => promise));
  return {
    made,
    end: (n: number) => calls[n]?.resolve('answered'),
    fail: (n: number) => calls[n]?.reject('no answer'),
  };
}

const isOver = async (rush: Rush) => {
  let over = false;
  const waited = rush.over().then(() => {
    over = true;
  });
  await new Promise(setImmediate);
  return { over: () => over, waited };
};

test('a call gives what was answered, and a failure as it is', async () => {
  const { made, end, fail } = callsIn(new Rush(), 2);
  end(0);
  fail(1);
  await expect(made[0]).resolves.toBe('answered');
  await expect(made[1]).rejects.toBe('no answer');
});

test('with few calls under way nobody waits', async () => {
  const rush = new Rush();
  callsIn(rush, 10);
  expect((await isOver(rush)).over()).toBe(true);
});

test('with many calls under way it waits until few are left, however they end', async () => {
  const rush = new Rush();
  const { made, end, fail } = callsIn(rush, 12);
  const asked = await isOver(rush);
  expect(asked.over()).toBe(false);
  end(0);
  await made[0];
  await new Promise(setImmediate);
  expect(asked.over()).toBe(false);
  fail(1);
  await expect(made[1]).rejects.toBe('no answer');
  await asked.waited;
});

test('where Meta does not answer it waits for a second, and no longer', async () => {
  const rush = new Rush();
  callsIn(rush, 100);
  const begunMs = performance.now();
  await rush.over();
  expect(performance.now() - begunMs).toBeGreaterThan(900);
});
