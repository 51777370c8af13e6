import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { WrongWords } from '../../deploy/flags.ts';
import { readAsked } from './asked.ts';

test('the campaign plays what was asked for', () => {
  expect(readAsked([])).toMatchObject({ runs: 200, seed: 1, atOnce: 80, places: 3, minutes: 10 });
  expect(readAsked(['--runs', '3']).numbers).toEqual([0, 1, 2]);
  expect(readAsked(['--only', '12,40-42,41']).numbers).toEqual([12, 40, 41, 42]);
  expect(readAsked(['--runs', '10', '--only', '9']).numbers).toEqual([9]);
});

test.each([
  [['--runs', '2k'], '--runs must be a whole number of at least 1, and not "2k".'],
  [['--runs', '0'], '--runs must be a whole number of at least 1, and not "0".'],
  [['--runs', ''], '--runs must be a whole number of at least 1, and not "".'],
  [['--runs', '1e3'], '--runs must be a whole number of at least 1, and not "1e3".'],
  [['--seed', 'abc'], '--seed must be a whole number from 0 to 4294967295, and not "abc".'],
  [['--seed', '4294967296'], '--seed must be a whole number from 0 to 4294967295, and not "4294967296".'],
  [['--minutes', '10m'], '--minutes must be a whole number from 1 to 1440, and not "10m".'],
  [['--places', '0'], '--places must be a whole number of at least 1, and not "0".'],
  [['--at-once', '-1'], /^Option '--at-once' argument is ambiguous\.$/],
  [['--at-once', '1.5'], '--at-once must be a whole number of at least 1, and not "1.5".'],
  [['--seed', '1', '--seed', '2'], '--seed is given twice.'],
  [['200'], /^Unexpected argument '200'/],
])('%j is refused in a sentence', (args, words) => {
  expect(() => readAsked(args)).toThrow(WrongWords);
  expect(() => readAsked(args)).toThrow(words);
});

test.each(['60-40', 'abc', '', '1,', '1-2-3', '-5', '40-', '200', '190-200', '1.5'])(
  '--only %j chooses nothing of two hundred, and is refused',
  (only) => {
    const wrong = only === '1,' ? '' : only;
    expect(() => readAsked([`--only=${only}`])).toThrow(
      `--only must be numbers and ranges from 0 to 199, by commas, as in 12,40-60; "${wrong}" is none.`,
    );
  },
);

test('wrong words end the campaign with 2 and a sentence, before anything is planned', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [new URL('run.ts', import.meta.url).pathname, '--print', '--only', ''],
    { encoding: 'utf8' },
  );
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: '--only must be numbers and ranges from 0 to 199, by commas, as in 12,40-60; "" is none.\n',
  });
});
