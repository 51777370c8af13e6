import { describe, expect, test } from 'vitest';
import { attention } from '../../deploy/ops/attention.ts';
import type { ConnectionFacts, CredentialFacts } from '../../deploy/ops/read-connections.ts';
import { runFindings } from '../../deploy/ops/run-findings.ts';
import type { Run } from '../../deploy/ops/run-of-workflow.ts';
import { runWords } from '../../deploy/ops/run-words.ts';

const nowMs = Date.UTC(2026, 10, 24, 8);
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const iso = (ms: number) => new Date(ms).toISOString();
const wrongs = (findings: { wrong: string }[]) => findings.map(({ wrong }) => wrong);

const login: CredentialFacts = {
  id: 'c',
  kind: 'user',
  account: null,
  health: 'alive',
  since: iso(nowMs - dayMs),
  expiresAt: iso(nowMs + 40 * dayMs),
  dataAccessEndsAt: iso(nowMs + 80 * dayMs),
  refreshAt: null,
  sealed: null,
};
const connection = (more: Partial<ConnectionFacts> = {}, ...credentials: Partial<CredentialFacts>[]) => {
  const facts = { tenant: 't', id: 'x', state: 'connected', since: iso(nowMs - dayMs), reason: null, remedy: null };
  return { ...facts, credentials: credentials.map((one) => ({ ...login, ...one })), ...more };
};

describe('what the rows of a connection say', () => {
  test('is nothing while it lives', () => {
    expect(attention(connection({}, {}, { kind: 'page', account: 'a', dataAccessEndsAt: null }), nowMs)).toEqual([]);
  });

  test.each([
    ['discovering', 10],
    ['connecting', 10],
    ['erasing', 60],
  ])('is that it is %s for more than %i minutes', (state, minutes) => {
    const since = (agoMs: number) => attention(connection({ state, since: iso(nowMs - agoMs) }), nowMs);
    expect(since(minutes * minuteMs - 1)).toEqual([]);
    const found = since(minutes * minuteMs);
    expect(wrongs(found)).toEqual([`It is ${state} for longer than usual.`]);
    expect(found[0]).toMatchObject({ about: 'x', since: iso(nowMs - minutes * minuteMs) });
    expect(attention(connection({ state: 'choosing', since: iso(0) }), nowMs)).toEqual([]);
  });

  test('is which token is dead, why, since when, and what mends it', () => {
    const [found] = attention(connection({}, { health: 'dead' }), nowMs);
    expect(found).toEqual({
      ...{ about: 'x', wrong: 'The login is dead: Meta no longer accepts it.', since: login.since },
      next: 'A member of the tenant connects again.',
    });
    const told = connection({ reason: 'Changed.', remedy: 'Do it.' }, { account: 'a', health: 'dead' });
    const said = { wrong: 'The token of account a is dead: Changed.', next: 'Do it.' };
    expect(attention(told, nowMs)).toMatchObject([said]);
  });

  test('is that a person has to renew it, and until when everything goes on', () => {
    const asked = (expiresAt: string | null) =>
      wrongs(attention(connection({}, { health: 'renewal-needed', expiresAt }), nowMs));
    expect(asked(null)).toEqual(['The login needs a person to renew it.']);
    expect(asked(login.expiresAt)).toEqual([
      `The login needs a person to renew it. It ends at ${login.expiresAt}; until then everything goes on.`,
    ]);
  });

  test('is in the last 14 days that Meta will show nothing any more', () => {
    const ends = (inMs: number, more: object = {}) =>
      wrongs(attention(connection({}, { dataAccessEndsAt: iso(nowMs + inMs), ...more }), nowMs));
    expect(ends(14 * dayMs)).toEqual([]);
    expect(ends(14 * dayMs - 1)).toEqual([`Meta stops showing data to the login at ${iso(nowMs + 14 * dayMs - 1)}.`]);
    expect(ends(1, { account: 'a' })).toEqual([]);
  });
});

describe('what a look at its workflow shows', () => {
  const run = (more: Partial<Run> = {}): Run => ({ status: 'running', activities: [], ...more });
  const at = (attempt: number, more: object = {}) =>
    runFindings('x', run({ activities: [{ activity: 'look', attempt, ...more }] }));

  test('is nothing while it runs', () => {
    expect(runFindings('x', run())).toEqual([]);
  });

  test.each(['ended', 'not there'] as const)('is that it should run, where it is %s', (status) => {
    expect(wrongs(runFindings('x', run({ status })))).toEqual(['It should run, and does not.']);
  });

  test('is that Temporal does not answer, and nothing else then', () => {
    const found = runFindings('x', run({ status: 'Temporal does not answer', taskAttempt: 9 }));
    expect(wrongs(found)).toEqual(['Temporal does not answer, so nothing of this goes on.']);
  });

  test('is an activity that failed four times, with what and until when', () => {
    expect(at(4)).toEqual([]);
    expect(at(5)).toMatchObject([
      { wrong: 'look failed 4 times.', next: expect.stringMatching(/^It is tried again by itself; /) },
    ]);
    const [found] = at(6, { lastFailure: 'Passing', lastTriedAt: iso(1_000), nextAttemptAt: iso(2_000) });
    expect(found).toEqual({
      ...{ about: 'x', wrong: 'look failed 5 times, last with: Passing.', since: iso(1_000) },
      next: `It is tried again by itself at ${iso(2_000)}; the worker's log says where it fails.`,
    });
  });

  test('is what it does and waits for, and until when', () => {
    const waiting = { for: 'Scheduled; next: prepare', untilMs: 1_000 };
    const activities = [{ activity: 'look', attempt: 2 }];
    expect(runWords(run({ waiting, activities }))).toBe(
      `Its workflow waits: Scheduled; next: prepare, until ${iso(1_000)}. It is at look, attempt 2.`,
    );
    expect(runWords(run({ waiting: { for: 'Over' } }))).toBe('Its workflow waits: Over.');
    expect(runWords(run())).toBe('Its workflow runs, but no worker answers for it.');
    expect(runWords(run({ status: 'not there' }))).toBe('Its workflow is not there.');
  });

  test('is a workflow task that failed twice', () => {
    expect(runFindings('x', run({ taskAttempt: 2 }))).toEqual([]);
    const [found] = runFindings('x', run({ taskAttempt: 3, taskSince: iso(1_000) }));
    expect(found).toMatchObject({
      wrong: expect.stringMatching(/^Its workflow task failed 2 times: /),
      since: iso(1_000),
    });
  });
});
