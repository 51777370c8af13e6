import type { Command } from './command.ts';

/** What `--help` prints. */
export function help(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => called(command).length));
  return [
    'npm run ops -- COMMAND [--json]',
    '',
    ...commands.map((command) => `  ${called(command).padEnd(width)}  ${command.summary}`),
    '',
    'Exit codes: 0 fine, 1 failed, 2 wrong words, 3 not found, 4 something needs attention, 78 wrong configuration.',
  ].join('\n');
}

const called = ({ usage, flags = {} }: Command) =>
  [usage, ...Object.entries(flags).map(([name, { type }]) => flag(name, type))].join(' ');

const flag = (name: string, type: string) => (type === 'string' ? `[--${name} ${name.toUpperCase()}]` : `[--${name}]`);
