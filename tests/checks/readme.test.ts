import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { processes, variables } from '../../deploy/config.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

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
