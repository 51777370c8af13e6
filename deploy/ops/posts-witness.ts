import { lookNow } from '../../activities/publish/look-now.ts';
import { type Command, exits } from './command.ts';
import { findTargets } from './find-target.ts';

const words = {
  live: 'Meta shows it: it is live.',
  'not-live': 'Meta has it, and it is not live.',
  gone: 'Meta does not have it, or does not show it to us. One look is no proof: reads lag behind.',
  processing: 'Meta is still at work on it.',
  failed: 'Meta could not make a post of it.',
  'no-answer': 'Meta does not say. Ask again in a few minutes.',
  'never-called': 'It was never prepared so far that it could be live.',
  'cannot-ask': 'No login of its account is left to ask Meta with. Look at the account itself.',
} as const;

/** Looks at Meta at this moment. Reads, and changes nothing, neither here nor there. */
export const witnessPost: Command = {
  usage: 'posts witness ID',
  summary: 'Ask Meta now whether a post or a target is live; changes nothing',
  async run(ops, { words: [id = ''] }) {
    const looks = [];
    for (const { tenant, target, state } of await findTargets(ops, id)) {
      const { seen } = await lookNow(ops, { tenant, target });
      looks.push({ target, state, seen, words: words[seen] });
    }
    const agree = looks.every(({ state, seen }) => (seen === 'live') === (state === 'published'));
    return {
      exit: agree ? exits.fine : exits.needsAttention,
      json: { ok: true, looks },
      lines: looks.map((look) => `${look.target} is ${look.state} here. ${look.words}`),
    };
  },
};
