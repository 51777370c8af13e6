import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { discreet, passing } from '../../activities/failures.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';

const canary = 'canary-10220000000000001';
const logged: LogEntry[] = [];
const logger = new DefaultLogger('DEBUG', (entry) => void logged.push(entry));
let database: FreshControl;

beforeAll(async () => {
  database = await freshControl();
});
afterAll(() => database.close());

const failureOf = async (activity: () => Promise<never>): Promise<ApplicationFailure> => {
  const environment = new MockActivityEnvironment({}, { logger });
  const { wrapped } = discreet({ wrapped: activity });
  return environment.run(wrapped).then(
    () => expect.unreachable(),
    (failure: ApplicationFailure) => failure,
  );
};

test('what a database says about a row reaches neither the history nor the log', async () => {
  const twice = async (): Promise<never> => {
    const values = { hash: Buffer.from(canary), kind: 'person' as const, tenant: canary };
    await database.control.insertInto('routes').values(values).execute();
    throw new Error('unreachable');
  };
  const failure = await failureOf(twice);
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({ type: 'Unexpected', nonRetryable: false, cause: undefined });
  expect(JSON.stringify([failure, failure.message, failure.stack])).not.toContain(canary);
  expect(JSON.stringify(logged, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).not.toContain(canary);
  expect(logged.find(({ message }) => message.includes('nobody foresaw'))?.meta).toMatchObject({
    name: 'error',
    code: '22P02',
    at: expect.arrayContaining([expect.any(String)]),
  });
});

test('our own words pass as they are', async () => {
  const ours = passing('Meta asks us to slow down', 5_000);
  expect(await failureOf(() => Promise.reject(ours))).toBe(ours);
  expect(ours).toMatchObject({ category: 'BENIGN', nextRetryDelay: 5_000, nonRetryable: false });
});

test('what is thrown and is no error at all is survived', async () => {
  expect(await failureOf(() => Promise.reject(canary))).toMatchObject({
    message: 'Something of ours failed (not an Error)',
  });
});
