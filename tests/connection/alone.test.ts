import { afterAll, beforeAll, expect, test } from 'vitest';
import { alone } from '../../activities/connection/alone.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';

let fresh: FreshControl;

beforeAll(async () => {
  fresh = await freshControl();
});
afterAll(() => fresh?.close());

const at = (person: string, work: () => Promise<void>) =>
  alone({ control: fresh.control, routeKey: fresh.routeKey }, 'person', person, work);

test('what tenants do about the same person at Meta, they do one after the other; about others at once', async () => {
  const steps: string[] = [];
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const first = at('10', async () => {
    steps.push('first begins');
    begun.resolve();
    await go.promise;
    steps.push('first ends');
  });
  await begun.promise;
  const second = at('10', async () => void steps.push('second'));
  await at('11', async () => void steps.push('another person'));
  go.resolve();
  await Promise.all([first, second]);
  expect(steps).toEqual(['first begins', 'another person', 'first ends', 'second']);
});

test('whoever fails lets go, and whoever waits in vain is tried again later', async () => {
  await expect(at('12', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await at('12', async () => {
    await expect(at('12', async () => undefined)).rejects.toMatchObject({ type: 'Passing', nonRetryable: false });
  });
  const leases = await fresh.control.selectFrom('leases').selectAll().execute();
  expect(leases).toEqual([]);
});
