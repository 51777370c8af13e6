import { type ParseArgsConfig, parseArgs } from 'node:util';

/** What was typed is none of what is known. The message is a sentence for people. */
export class WrongWords extends Error {}

/** @throws WrongWords */
export function readFlags<const C extends ParseArgsConfig>(config: C): ReturnType<typeof parseArgs<C>> {
  try {
    // Of an option that is named twice Node takes the last without a word.
    const { tokens = [] } = parseArgs({ ...config, tokens: true });
    const names = tokens.flatMap((token) => (token.kind === 'option' ? token.name : []));
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice) throw new WrongWords(`--${twice} is given twice.`);
    return parseArgs(config);
  } catch (cause) {
    // What Node says after its first sentence is about how it reads lines.
    throw new WrongWords(`${(cause as Error).message.split('.')[0]}.`);
  }
}
