import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commands } from '../../deploy/ops/commands.ts';
import { processes, variables } from '../../deploy/variables.ts';

const fromRoot = (path: string) => new URL(`../../${path}`, import.meta.url);
const readme = readFileSync(fromRoot('README.md'), 'utf8');

const rows = Object.entries(variables.shape).map(([name, schema]) => {
  const readBy = Object.entries(processes).flatMap(([who, names]) => (names.some((n) => n === name) ? [who] : []));
  const absent = schema.safeParse(undefined);
  const byDefault = absent.success ? (absent.data === undefined ? '' : `\`${absent.data}\``) : 'required';
  return [name, `| \`${name}\` | ${byDefault} | ${readBy.join(', ')} | ${schema.description} |`] as const;
});

test.each(rows)('the README says of %s what the configuration says', (_, row) => {
  expect(readme).toContain(row);
});

test('the README names no variable that there is not', () => {
  const named = [...readme.matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map(([, name]) => name);
  expect(named).toEqual(rows.map(([name]) => name));
});

test('the README says what each bench measures', () => {
  const benches = readFileSync(new URL('../bench/run.ts', import.meta.url), 'utf8');
  const names = [...benches.matchAll(/^ {2}(\w+): \(\) => import/gm)].map(([, name]) => name);
  expect(names).not.toEqual([]);
  for (const name of names) expect(readme).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'));
});

test('the README names every command of operators', () => {
  for (const { usage } of commands) expect(readme).toContain(`\n| \`${usage}`);
});

test.each(['README.md', 'docs/backup.md'])('the files that %s names are there', (document) => {
  const text = readFileSync(fromRoot(document), 'utf8');
  const named = [...text.matchAll(/`((?:[\w-]+\/)+[\w.-]+\.ts)`/g)].map(([, path]) => path ?? '');
  // Not what is to be made yet.
  const ours = named.filter((path) => !path.includes('00N'));
  expect(ours).not.toEqual([]);
  expect(ours.filter((path) => !existsSync(fromRoot(path)))).toEqual([]);
});
