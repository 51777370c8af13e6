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
  for (const { usage } of commands) {
    const missing = missingIn(usage, said);
    if (missing) return writtenLike(`${missing} is missing after "${said.join(' ')}".`, [usage]);
  }
  const wrong = `"${said.join(' ')}" is not a command.`;
  const begun = commands.filter(({ usage }) => {
    const small = smallWords(usage);
    return small.slice(0, said.length).every((word, index) => said[index] === word);
  });
  if (!begun.length) return wrongWords(wrong);
  return writtenLike(
    wrong,
    begun.map(({ usage }) => usage),
  );
}

function writtenLike(wrong: string, usages: readonly string[]): OpsFailure {
  const meant = usages.map((usage) => `npm run ops -- ${usage}`).join(', or ');
  return new OpsFailure(exits.wrongWords, wrong, `Write it like ${meant}`);
}

const wrongWords = (wrong: string) =>
  new OpsFailure(exits.wrongWords, wrong, 'See what there is: npm run ops -- --help');

const wordsOf = (usage: string) => usage.split(' ');
const isPlace = (word: string) => /^\[?[A-Z]+\]?$/.test(word);
const smallWords = (usage: string) => wordsOf(usage).filter((word) => !isPlace(word));

const begins = (usage: string, said: readonly string[]) => smallWords(usage).every((word, at) => said[at] === word);
const neededPlaces = (usage: string) => wordsOf(usage).filter((word) => isPlace(word) && !word.startsWith('['));
const givenTo = (usage: string, said: readonly string[]) => said.length - smallWords(usage).length;

/** The first of its places that was left empty; undefined where another command is meant, or nothing is missing. */
const missingIn = (usage: string, said: readonly string[]): string | undefined =>
  begins(usage, said) ? neededPlaces(usage)[givenTo(usage, said)] : undefined;

function fits(usage: string, said: readonly string[]): boolean {
  const given = givenTo(usage, said);
  const places = wordsOf(usage).filter(isPlace).length;
  return begins(usage, said) && given >= neededPlaces(usage).length && given <= places;
}
