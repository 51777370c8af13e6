import { readFlags, WrongWords } from '../flags.ts';
import { exits } from '../ops/command.ts';

type Options = Readonly<Record<string, { type: 'string' | 'boolean' }>>;

/** Said by start.js and reset.js, not by people. */
const own = { began: { type: 'string' } } as const;

/** The flags that a script was called with. What is none of its own ends it, with those that it has. */
export function flagsOf<const O extends Options>(script: string, options: O) {
  try {
    return readFlags({ options: { ...options, ...own } }).values;
  } catch (cause) {
    if (!(cause instanceof WrongWords)) throw cause;
    const known = Object.entries(options).map(([name, { type }]) => `--${name}${type === 'string' ? ' …' : ''}`);
    process.stderr.write(`${cause.message}\nNext: ${script} takes ${known.join(' and ')}, and nothing else.\n`);
    return process.exit(exits.wrongWords);
  }
}
