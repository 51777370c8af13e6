import { readFlags, WrongWords } from '../../deploy/flags.ts';
import { wholeNumber } from '../stack/command-line.ts';

/** The draws of a plan take no more of a seed. */
const largestSeed = 2 ** 32 - 1;
const aDayMinutes = 24 * 60;

/**
 * What was asked of the campaign; the numbers of its runs are never none.
 * @throws WrongWords
 */
export function readAsked(args: string[]) {
  const { values } = readFlags({
    args,
    options: {
      runs: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      /** Numbers and ranges, by commas. */
      only: { type: 'string' },
      /** Posts that are under way at the same time on one stack, and how many stacks there are. */
      'at-once': { type: 'string', default: '80' },
      places: { type: 'string', default: '3' },
      /** For so long after its time a post may be open. */
      minutes: { type: 'string', default: '10' },
      print: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const runs = wholeNumber('runs', values.runs, 1);
  return {
    runs,
    numbers:
      values.only === undefined ? Array.from({ length: runs }, (_, index) => index) : chosen(values.only, runs - 1),
    seed: wholeNumber('seed', values.seed, 0, largestSeed),
    atOnce: wholeNumber('at-once', values['at-once'], 1),
    places: wholeNumber('places', values.places, 1),
    minutes: wholeNumber('minutes', values.minutes, 1, aDayMinutes),
    print: values.print,
    json: values.json,
  };
}

function chosen(list: string, last: number): number[] {
  const numbers = list.split(',').flatMap((part) => {
    const [, first = '', end = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(end)];
    if (!first || from > to || to > last)
      throw new WrongWords(
        `--only must be numbers and ranges from 0 to ${last}, by commas, as in 12,40-60; "${part}" is none.`,
      );
    return Array.from({ length: to - from + 1 }, (_, n) => from + n);
  });
  return [...new Set(numbers)];
}
