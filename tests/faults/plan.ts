import type { Fault } from '../stack/simulator.ts';
import { type Command, type Due, drawCommands } from './commands.ts';
import { type Disturbance, disturbanceOf, fits } from './disturbances.ts';
import { drawGraphFaults } from './graph-faults.ts';
import { type KindOfPost, kinds } from './kinds.ts';
import { pictures } from './pictures.ts';
import { Random } from './random.ts';
import { heldAt } from './steps.ts';

/** A picture by its number, as it stands in a post. */
export interface Shown {
  picture: number;
  altText?: string;
}

/** What a post says, and after each edit what it says then. */
export interface Wording {
  link?: string;
  pictures: readonly Shown[];
}

/** One post, from the wish to what became of it, with everything that gets in its way. */
export interface Run {
  index: number;
  kind: string;
  wordings: readonly Wording[];
  due: Due;
  faults: readonly Fault[];
  commands: readonly Command[];
  disturbance?: Disturbance;
  /** What somebody does at facebook.com to the draft while it is invisible. */
  foreignHand?: 'publishes' | 'deletes';
}

const byForeignHand = 0.02;

/** Follows from the seed and its number alone, so that a run can be had again without the others. */
export function planRun(seed: number, index: number, runs: number): Run {
  const random = new Random(seed, index);
  const disturbance = disturbanceOf(index, runs);
  const kind = random.pick(disturbance ? kinds.filter((one) => fits(disturbance, one)) : kinds);
  const wordings = [0, 1, 2].map(() => drawWording(random, kind));
  const run = { index, kind: kind.name, wordings };
  if (disturbance) {
    const { faults } = 'step' in disturbance ? heldAt(disturbance.step, kind.calls) : { faults: [] };
    return { ...run, due: 'crowded', faults, commands: [], disturbance };
  }
  if (random.chance(byForeignHand))
    return { ...run, due: 'crowded', faults: [], commands: [], foreignHand: random.pick(['publishes', 'deletes']) };
  const due = random.pick<Due>(['crowded', 'crowded', 'crowded', 'crowded', 'crowded', 'crowded', 'now', 'now', 'far']);
  const faults = drawGraphFaults(random, kind.calls);
  return { ...run, due, faults, commands: drawCommands(random, due, wordings.length) };
}

function drawWording(random: Random, { pictures: [fewest, most], link }: KindOfPost): Wording {
  const shown = random.some(pictures, random.whole(fewest, most)).map(({ number }) => ({
    picture: number,
    ...(random.chance(0.5) && { altText: `A sunrise, number ${random.whole(1, 1_000_000)}` }),
  }));
  return { pictures: shown, ...(link && { link: `https://example.com/${random.whole(1, 1_000_000)}` }) };
}
