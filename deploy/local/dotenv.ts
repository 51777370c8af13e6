import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from '../config.ts';
import { variables } from '../variables.ts';

const assignment = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/;

/**
 * The variables of a `.env` file; none where there is no file. Node's parser skips what it does not understand,
 * and a variable that is silently not set costs an hour: so every line is looked at first.
 * @throws ConfigError naming file and line, never a value
 */
export function readDotenv(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  const text = readFileSync(path, 'utf8');
  const problems = problemsOf(text).map(({ line, what }) => `${path}, line ${line}: ${what}`);
  if (problems.length) throw new ConfigError(problems);
  return parseEnv(text) as Record<string, string>;
}

function problemsOf(text: string): { line: number; what: string }[] {
  const problems = [];
  let open: { quote: string; line: number } | undefined;
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    if (open) {
      if (content.includes(open.quote)) open = undefined;
      continue;
    }
    if (/^\s*(#|$)/.test(content)) continue;
    const [, name, value = ''] = assignment.exec(content) ?? [];
    if (!name) problems.push({ line, what: 'this is not NAME=value.' });
    else if (!isKnown(name)) problems.push({ line, what: `${name} is not a variable of this project${guess(name)}.` });
    const quote = /^["'`]/.exec(value)?.[0];
    if (quote && !value.slice(1).includes(quote)) open = { quote, line };
  }
  if (open) problems.push({ line: open.line, what: `the quote ${open.quote} is never closed.` });
  return problems;
}

const known = Object.keys(variables.shape);
const isKnown = (name: string) => known.includes(name) || known.includes(name.replace(/_FILE$/, ''));

function guess(name: string): string {
  const letters = [...name].sort().join('');
  const near = known.find(
    (other) => [...other].sort().join('') === letters || other.includes(name) || name.includes(other),
  );
  return near ? `; is ${near} meant?` : '';
}
