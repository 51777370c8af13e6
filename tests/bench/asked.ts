import { readFlags, WrongWords } from '../../deploy/flags.ts';
import { wholeNumber } from '../stack/command-line.ts';

/** Those that can be told how many posts. */
const ofPosts = ['due', 'outage', 'publish'];

/**
 * Which of these benches was asked for, and how.
 * @throws WrongWords
 */
export function readAsked<B>(args: string[], benches: Readonly<Record<string, B>>) {
  const { positionals, values } = readFlags({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, posts: { type: 'string' } },
  });
  const [name = '', another] = positionals;
  const [, bench] = Object.entries(benches).find(([one]) => one === name) ?? [];
  if (!bench)
    throw new WrongWords(
      `Which one? npm run bench -- NAME [--json], with NAME one of: ${Object.keys(benches).join(', ')}`,
    );
  if (another !== undefined) throw new WrongWords(`One bench at a time: "${another}" is one too many.`);
  if (values.posts === undefined) return { name, bench, json: values.json };
  if (!ofPosts.includes(name))
    throw new WrongWords(`"${name}" takes no --posts; the benches that do are ${ofPosts.join(', ')}.`);
  return { name, bench, json: values.json, posts: wholeNumber('posts', values.posts, 1) };
}
