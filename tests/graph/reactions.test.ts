import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failureFrom } from '../../activities/graph/failure.ts';
import { type CommitMeaning, meaningOf, type Reaction, reactions } from '../../activities/graph/reactions.ts';

const none = undefined;
const cases: [number, number | undefined, Reaction, CommitMeaning][] = [
  [190, none, 'reauthorize', 'refused'],
  [190, 458, 'reauthorize', 'refused'],
  [190, 459, 'reauthorize', 'refused'],
  [190, 460, 'reauthorize', 'refused'],
  [190, 463, 'reauthorize', 'refused'],
  [190, 464, 'reauthorize', 'refused'],
  [190, 467, 'reauthorize', 'refused'],
  [190, 490, 'reauthorize', 'refused'],
  [190, 492, 'reauthorize', 'refused'],
  [190, 99999, 'reauthorize', 'refused'],
  [102, none, 'reauthorize', 'unknown'],
  [102, 463, 'reauthorize', 'unknown'],
  [10, none, 'degrade', 'refused'],
  [200, none, 'degrade', 'refused'],
  [283, none, 'degrade', 'refused'],
  [299, none, 'degrade', 'refused'],
  [300, none, 'retry', 'unknown'],
  [3, none, 'degrade', 'unknown'],
  [10, 2018278, 'permanent', 'refused'],
  [10, 2534022, 'permanent', 'refused'],
  [100, none, 'permanent', 'refused'],
  [100, 33, 'permanent', 'unknown'],
  [100, 2018001, 'permanent', 'refused'],
  [100, 2018276, 'permanent', 'refused'],
  [100, 2207023, 'permanent', 'refused'],
  [100, 2207028, 'permanent', 'refused'],
  [100, 2207035, 'permanent', 'refused'],
  [100, 2207036, 'permanent', 'refused'],
  [100, 2207037, 'permanent', 'refused'],
  [100, 2207040, 'permanent', 'refused'],
  [104, none, 'permanent', 'unknown'],
  [1, none, 'retry', 'unknown'],
  [2, none, 'retry', 'unknown'],
  [1, 2207057, 'permanent', 'refused'],
  [4, none, 'retry-after', 'unknown'],
  [17, none, 'retry-after', 'unknown'],
  [32, none, 'retry-after', 'unknown'],
  [341, none, 'retry-after', 'unknown'],
  [613, none, 'retry-after', 'unknown'],
  [613, 1996, 'retry-after', 'unknown'],
  [80001, none, 'retry-after', 'unknown'],
  [80002, none, 'retry-after', 'unknown'],
  [80006, none, 'retry-after', 'unknown'],
  [4, 2207051, 'permanent', 'unknown'],
  [9, 2207042, 'retry-after', 'refused'],
  [9, none, 'retry', 'unknown'],
  [9007, 2207027, 'retry', 'refused'],
  [368, none, 'permanent', 'unknown'],
  [506, none, 'witness', 'unknown'],
  [1609005, none, 'permanent', 'refused'],
  [324, none, 'permanent', 'refused'],
  [382, none, 'permanent', 'refused'],
  [389, none, 'permanent', 'unknown'],
  [6000, none, 'permanent', 'unknown'],
  [6001, none, 'retry', 'unknown'],
  [551, 1545041, 'permanent', 'unknown'],
  [2500, none, 'permanent', 'unknown'],
  [3001, 1504028, 'permanent', 'unknown'],
  [-2, 2207003, 'retry', 'unknown'],
  [-2, 2207020, 'retry', 'unknown'],
  [-1, 2207001, 'retry', 'unknown'],
  [-1, 2207032, 'retry', 'unknown'],
  [-1, 2207053, 'retry', 'unknown'],
  [-1, 2207073, 'permanent', 'unknown'],
  [24, 2207006, 'retry', 'unknown'],
  [24, 2207008, 'retry', 'unknown'],
  [25, 2207050, 'permanent', 'unknown'],
  [352, 2207026, 'permanent', 'refused'],
  [9004, 2207052, 'retry', 'unknown'],
  [36000, 2207004, 'permanent', 'refused'],
  [36001, 2207005, 'permanent', 'refused'],
  [36003, 2207009, 'permanent', 'refused'],
  [36004, 2207010, 'permanent', 'refused'],
  [100, 1366046, 'permanent', 'refused'],
  [1366046, none, 'permanent', 'refused'],
  [100, 1366051, 'permanent', 'unknown'],
  [100, 1390008, 'retry-after', 'unknown'],
  [100, 1346003, 'permanent', 'unknown'],
  [200, 1404078, 'permanent', 'unknown'],
  [100, 1404006, 'permanent', 'unknown'],
  [100, 1404112, 'permanent', 'unknown'],
  [100, 1404102, 'permanent', 'unknown'],
  [100, 4854002, 'permanent', 'unknown'],
  [100, 1609008, 'permanent', 'refused'],
  [100, 1609010, 'retry', 'unknown'],
  [100, 1363047, 'retry', 'unknown'],
  [100, 2061006, 'permanent', 'unknown'],
  [100, 2069019, 'permanent', 'unknown'],
  [100, 1349125, 'permanent', 'unknown'],
];

test.each(cases)('code %s, subcode %s: %s; a call that publishes: %s', (code, subcode, reaction, commit) => {
  expect(meaningOf(code, subcode)).toMatchObject({ reaction, commit });
});

test('every row of the table is among the cases above', () => {
  const unnamed = reactions.filter((r) => !cases.some(([code, subcode]) => meaningOf(code, subcode) === r));
  expect(unnamed).toEqual([]);
});

describe('what has no row', () => {
  test.each([
    [2207077, -2],
    [2207081, 100],
    [2207082, 4],
    [2207085, 1],
  ])("Instagram's subcode %i under code %i is not taken for what the code means elsewhere", (subcode, code) => {
    expect(meaningOf(code, subcode)).toMatchObject({ reaction: 'retry', commit: 'unknown' });
  });

  test('nothing that Meta could send throws, and a failure always has words and never claims more than the table', () => {
    const anything = fc.oneof(fc.anything(), fc.record({ code: fc.anything(), error_subcode: fc.anything() }));
    const header = fc.oneof(fc.string(), fc.json(), fc.constant(undefined));
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), anything, header, (status, error, usage) => {
        const failure = failureFrom(status, error, { 'x-business-use-case-usage': usage, 'retry-after': usage });
        expect(failure.words).toMatch(/^[A-Z].*\.$/);
        if (failure.retryAfterMs !== undefined) expect(failure.retryAfterMs).toBeGreaterThan(0);
        if (failure.commit === 'refused') expect(meaningOf(failure.code ?? 0, failure.subcode).commit).toBe('refused');
      }),
    );
  });
});

describe('what proves nothing about a call that publishes', () => {
  test.each([500, 502, 503, 200])('a code that refuses, under HTTP %i', (status) => {
    expect(failureFrom(status, { code: 190 }, {}).commit).toBe('unknown');
    expect(failureFrom(400, { code: 190 }, {}).commit).toBe('refused');
  });

  test('a refusal that Meta itself calls passing', () => {
    expect(failureFrom(400, { code: 100, is_transient: true }, {})).toMatchObject({
      reaction: 'retry',
      commit: 'unknown',
    });
  });
});
