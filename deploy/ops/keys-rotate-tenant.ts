import { askFor, requireActive } from './ask-key-work.ts';
import { type Command, exits } from './command.ts';
import { untilFinished } from './until-finished.ts';

/** Gives a tenant a new data key. Nobody notices; the old key goes some minutes after the last value was sealed anew. */
export const rotateTenant: Command = {
  usage: 'keys rotate-tenant TENANT',
  flags: { wait: { type: 'boolean' } },
  summary: 'Seal everything of a tenant under a new data key, then delete the old one; WAIT: until that is done',
  async run(ops, { words: [tenant = ''], flags: { wait } }) {
    await requireActive(ops, tenant);
    const asked = await askFor(ops, { tenant, work: 'rotate-key' });
    if (wait)
      await untilFinished(ops.control, 'rotate-key', [tenant], ({ resealed }) =>
        console.error(`Under way; sealed anew so far: ${resealed}.`),
      );
    return {
      exit: exits.fine,
      json: { ok: true, tenant, ...asked, finished: wait === true },
      lines: [
        wait ? 'Done: everything is under the new key, and the old one is deleted.' : `Under way: ${asked.workflow}`,
        ...(asked.told ? [] : ['Temporal does not answer: a worker begins it when Temporal is back.']),
        ...(wait ? [] : ['How far it is: npm run ops -- keys']),
      ],
    };
  },
};
