import { wrappedUnder } from '../../db/control/key-work/wrapped-under.ts';
import { askFor } from './ask-key-work.ts';
import { type Command, exits } from './command.ts';
import type { Ops } from './open.ts';
import { untilFinished } from './until-finished.ts';

/** Wraps what belongs to every tenant under MASTER_KEY, where it is under another one. */
export const rotateMaster: Command = {
  usage: 'keys rotate-master',
  flags: { wait: { type: 'boolean' } },
  summary: 'Wrap the keys of all tenants under the new MASTER_KEY; WAIT: until that is done',
  async run(ops, { flags: { wait } }) {
    const [masterId] = ops.vault.masterIds;
    const tenants = await underAnother(ops, masterId);
    let told = true;
    for (const tenant of tenants) told = (await askFor(ops, { tenant, work: 'rewrap', masterId })).told && told;
    if (wait && tenants.length)
      await untilFinished(ops.control, 'rewrap', tenants, ({ left }) =>
        console.error(`Under way; tenants left: ${left}.`),
      );
    const left = (await underAnother(ops, masterId)).length;
    return {
      exit: exits.fine,
      json: { ok: true, asked: tenants.length, left, intakePublicKey: ops.vault.intakePublicKey, told },
      lines: [
        ...(left ? underWay(left) : done(ops)),
        ...(told ? [] : ['Temporal does not answer: it begins when that is back.']),
      ],
    };
  },
};

async function underAnother({ control }: Ops, masterId: number): Promise<string[]> {
  const others = (await wrappedUnder(control)).filter((row) => row.masterId !== masterId);
  return [...new Set(others.map(({ tenant }) => tenant))];
}

const underWay = (left: number) => [
  `Under way; tenants whose keys are under another master key: ${left}.`,
  'It needs workers that have the new MASTER_KEY. How far it is: npm run ops -- keys',
];

const done = ({ vault }: Ops) => [
  'Everything is wrapped under MASTER_KEY.',
  `Next: give the API INTAKE_PUBLIC_KEY=${vault.intakePublicKey} and restart it.`,
  'MASTER_KEY_PREVIOUS can go from all environments 15 minutes after that: so long an OAuth code lives.',
  'Keep it with the backups that were made before.',
];
