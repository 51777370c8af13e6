import { expect } from 'vitest';

/** Waits for the fact itself, as long as it takes on a machine that has much else to do. */
export const eventually = <T>(read: () => T | Promise<T>, { interval = 50 } = {}) =>
  expect.poll(read, { timeout: 120_000, interval });
