import fc from 'fast-check';
import { expect, test } from 'vitest';
import { usageIn } from '../../activities/graph/usage.ts';

const business = (value: unknown) => usageIn({ 'x-business-use-case-usage': JSON.stringify(value) });

test('the nearest of the three shares of a limit counts, and regain times are minutes', () => {
  const limit = { call_count: 20, total_time: 95, total_cputime: 3, estimated_time_to_regain_access: 19 };
  expect(business({ '615': [{ type: 'pages', ...limit }] })).toEqual([
    { asset: '615', useCase: 'pages', percent: 95, regainMs: 19 * 60_000 },
  ]);
});

test('an answer speaks of the app, and of several kinds of use of several assets', () => {
  const limit = { call_count: 1, total_time: 1, total_cputime: 1, estimated_time_to_regain_access: 0 };
  const said = {
    '1': [
      { type: 'pages', ...limit },
      { type: 'messenger', ...limit },
    ],
    '2': [{ type: 'instagram', ...limit }],
  };
  const headers = {
    'x-app-usage': '{"call_count":28,"total_time":25,"total_cputime":25}',
    'x-business-use-case-usage': JSON.stringify(said),
  };
  expect(usageIn(headers).map(({ asset, useCase }) => [asset, useCase])).toEqual([
    [undefined, 'application'],
    ['1', 'pages'],
    ['1', 'messenger'],
    ['2', 'instagram'],
  ]);
});

test.each([
  [null],
  [[]],
  [7],
  [{ '1': null }],
  [{ '1': [null, 7, 'x', []] }],
  [{ '1': [{ call_count: 99 }] }],
  [{ 'not an id': [{ type: 'pages', call_count: 99 }] }],
  [{ '1': [{ type: '; drop table', call_count: 99 }] }],
])('a shape that nobody knows says nothing: %j', (value) => {
  expect(business(value)).toEqual([]);
});

test('no header breaks the reading of one', () => {
  const header = fc.oneof(fc.string(), fc.json(), fc.constant(undefined), fc.array(fc.string()));
  fc.assert(
    fc.property(header, header, (app, ofAssets) => {
      const read = usageIn({ 'x-app-usage': app, 'x-business-use-case-usage': ofAssets });
      for (const { percent, regainMs } of read) {
        expect(percent).toBeGreaterThanOrEqual(0);
        expect(percent).toBeLessThanOrEqual(1_000);
        expect(regainMs).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
