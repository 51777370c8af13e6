import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { WrongWords } from '../../deploy/flags.ts';
import { readAsked } from './asked.ts';

const benches = { due: 1, idle: 2 };

test('a bench is found by its name, with as many posts as were asked for', () => {
  expect(readAsked(['due'], benches)).toEqual({ name: 'due', bench: 1, json: false });
  expect(readAsked(['due', '--posts', '50', '--json'], benches)).toEqual({
    ...{ name: 'due', bench: 1, json: true },
    posts: 50,
  });
});

test.each([
  [[], 'Which one? npm run bench -- NAME [--json], with NAME one of: due, idle'],
  [['constructor'], 'Which one? npm run bench -- NAME [--json], with NAME one of: due, idle'],
  [['due', 'idle'], 'One bench at a time: "idle" is one too many.'],
  [['idle', '--posts', '10'], '"idle" takes no --posts; the benches that do are due, outage, publish.'],
  [['due', '--posts', '1k'], '--posts must be a whole number of at least 1, and not "1k".'],
  [['due', '--posts', '0'], '--posts must be a whole number of at least 1, and not "0".'],
  [['due', '--posts', ''], '--posts must be a whole number of at least 1, and not "".'],
  [['due', '--bogus'], "Unknown option '--bogus'."],
])('%j is refused in a sentence', (args, words) => {
  expect(() => readAsked(args, benches)).toThrow(new WrongWords(words));
});

test('wrong words end with 2 and a sentence, before anything is started', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [new URL('run.ts', import.meta.url).pathname, 'idle', '--posts', '10'],
    { encoding: 'utf8', timeout: 30_000 },
  );
  expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(/^"idle" takes no --posts; .*\n$/)]);
});
