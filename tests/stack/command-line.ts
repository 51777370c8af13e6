import { WrongWords } from '../../deploy/flags.ts';
import { exits } from '../../deploy/ops/command.ts';

/** @throws WrongWords for anything but a whole number from `least` to `most`, written in digits */
export function wholeNumber(flag: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new WrongWords(`--${flag} must be a whole number ${range}, and not "${text}".`);
}

/** What was asked for on the command line; words that are none of ours end the process with a sentence. */
export function askedFor<T>(read: (args: string[]) => T): T {
  try {
    return read(process.argv.slice(2));
  } catch (cause) {
    if (!(cause instanceof WrongWords)) throw cause;
    console.error(cause.message);
    return process.exit(exits.wrongWords);
  }
}
