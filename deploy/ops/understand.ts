import { readFlags, WrongWords } from '../flags.ts';
import { type Asked, type Command, exits, OpsFailure } from './command.ts';

export interface Understood extends Asked {
  command: Command;
  json: boolean;
}

/**
 * Finds the command that was meant.
 * @returns undefined when help was asked for
 * @throws OpsFailure for words that are none of ours
 */
export function understand(args: readonly string[], commands: readonly Command[]): Understood | undefined {
  const options = Object.assign({}, ...commands.map(({ flags = {} }) => flags)) as NonNullable<Command['flags']>;
  const { positionals, values } = parsed(args, options);
  if (values.help || !positionals.length || positionals[0] === 'help') return undefined;
  const command = commands.find(({ usage }) => fits(usage, positionals));
  if (!command) throw notUnderstood(positionals, commands);
  const { json, help: _, ...flags } = values;
  const foreign = Object.keys(flags).find((flag) => !command.flags?.[flag]);
  if (foreign) throw wrongWords(`"${command.usage}" has no flag --${foreign}.`);
  const words = positionals.slice(smallWords(command.usage).length);
  return { command, words, flags, json: json === true };
}

function parsed(args: readonly string[], options: NonNullable<Command['flags']>) {
  try {
    const all = { ...options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
    return readFlags({ args: [...args], allowPositionals: true, options: all });
  } catch (cause) {
    throw cause instanceof WrongWords ? wrongWords(cause.message) : cause;
  }
}

/** Who began a command of ours rightly is told how it goes on. */
function notUnderstood(said: readonly string[], commands: readonly Command[]): OpsFailure {
  const wrong = `"${said.join(' ')}" is not a command.`;
  const begun = commands.filter(({ usage }) => {
    const small = smallWords(usage);
    return small.slice(0, said.length).every((word, index) => said[index] === word);
  });
  if (!begun.length) return wrongWords(wrong);
  const meant = begun.map(({ usage }) => `npm run ops -- ${usage}`).join(', or ');
  return new OpsFailure(exits.wrongWords, wrong, `Write it like ${meant}`);
}

const wrongWords = (wrong: string) =>
  new OpsFailure(exits.wrongWords, wrong, 'See what there is: npm run ops -- --help');

const wordsOf = (usage: string) => usage.split(' ');
const isPlace = (word: string) => /^\[?[A-Z]+\]?$/.test(word);
const smallWords = (usage: string) => wordsOf(usage).filter((word) => !isPlace(word));

function fits(usage: string, said: readonly string[]): boolean {
  const small = smallWords(usage);
  const places = wordsOf(usage).filter(isPlace);
  const given = said.length - small.length;
  const needed = places.filter((place) => !place.startsWith('[')).length;
  return small.every((word, index) => said[index] === word) && given >= needed && given <= places.length;
}
