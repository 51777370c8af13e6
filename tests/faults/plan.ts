import type { Fault } from '../stack/simulator.ts';
import { around, type Command, type Due, drawCommands, duringCall, leadingSoonTo, leadingTo } from './commands.ts';
import { type Disturbance, disturbanceOf, fits } from './disturbances.ts';
import { files } from './files.ts';
import { drawDeath, drawGraphFaults, drawLaterFaults, drawNuances } from './graph-faults.ts';
import { type KindOfPost, kindNamed, kinds } from './kinds.ts';
import { drawOptions, type Options } from './options.ts';
import { Random } from './random.ts';
import { heldAt } from './steps.ts';

/** A file by its number, as it stands in a post. */
export interface Shown {
  file: number;
  altText?: string;
}

/** What a post says, and after each edit what it says then. */
export interface Wording {
  link?: string;
  files: readonly Shown[];
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
  /** What somebody does at facebook.com to the draft while it is invisible, or what becomes at Instagram of containers that were ready. */
  foreignHand?: 'publishes' | 'deletes' | 'fails' | 'expires';
  /** Its login ends for good in the middle, and somebody logs in again. */
  losesLogin?: true;
  /** Written below it. */
  firstComment?: string;
  options?: Options;
  /** Its account has words of its own, other than those of the post. */
  ownWords?: true;
  /** Another post of the same kind on the same account is due at the same instant, and shows this. */
  twin?: Wording;
}

const byForeignHand = 0.1;
const spent = 0.06;
const withoutLogin = 0.04;
const commented = 0.3;
const changedDuringCall = 0.06;
const changedLater = 0.07;
const withTwin = 0.05;
const withOwnWords = 0.3;

/** Follows from the seed and its number alone, so that a run can be had again without the others. */
export function planRun(seed: number, index: number, runs: number): Run {
  const run = drawRun(seed, index, runs);
  const nuances = drawNuances(new Random(seed, index, 1), kindNamed(run.kind), run.firstComment !== undefined);
  return { ...run, ...drawChoices(new Random(seed, index, 2), run), faults: [...run.faults, ...nuances] };
}

/** What a target has besides; words of its own are of those that nobody edits. */
function drawChoices(random: Random, { kind, commands }: Run): Pick<Run, 'options' | 'ownWords'> {
  const { form, wordless } = kindNamed(kind);
  const options = drawOptions(random, form);
  const hasOwn = !wordless && !commands.length && random.chance(withOwnWords);
  return { ...(options && { options }), ...(hasOwn && { ownWords: true }) };
}

function drawRun(seed: number, index: number, runs: number): Run {
  const random = new Random(seed, index);
  const disturbance = disturbanceOf(index, runs);
  const kind = random.pick(disturbance ? kinds.filter((one) => fits(disturbance, one)) : kinds);
  const wordings = [0, 1, 2].map(() => drawWording(random, kind));
  const run = { index, kind: kind.name, wordings };
  if (disturbance) {
    const base = { ...run, due: 'crowded', disturbance } as const;
    if (!('step' in disturbance))
      return { ...base, faults: [], commands: 'during' in disturbance ? [around(random, 'crowded', 1)] : [] };
    const { step } = disturbance;
    const { faults } = heldAt(step, kind);
    if (step === 'edit' || step === 'delete' || step === 'discard')
      return { ...base, wordings: onlyReworded(wordings), faults, commands: [leadingTo[step]] };
    return { ...base, faults, commands: [], ...(step === 'comment' && { firstComment: `First ${index}` }) };
  }
  if (kind.form === 'page-post' && random.chance(byForeignHand))
    return { ...run, due: 'crowded', faults: [], commands: [], foreignHand: random.pick(['publishes', 'deletes']) };
  if (kind.platform === 'instagram' && random.chance(spent))
    return { ...run, due: 'crowded', faults: [], commands: [], foreignHand: random.pick(['fails', 'expires']) };
  if (random.chance(withoutLogin)) {
    const { faults, isAtComment } = drawDeath(random, kind);
    const base = { ...run, due: 'crowded', faults, commands: [], losesLogin: true } as const;
    return isAtComment ? { ...base, firstComment: `First ${index}` } : base;
  }
  if (random.chance(changedDuringCall)) {
    const { faults } = heldAt(random.pick(['call', 'called']), kind);
    return { ...run, due: 'crowded', faults, commands: [duringCall(random, 1)] };
  }
  const later = (['edit', 'edit', 'delete', 'discard'] as const).filter((step) => kind.calls[step]);
  if (later.length && random.chance(changedLater)) {
    const step = random.pick(later);
    const commands = leadingSoonTo(random, step, kind.calls.delete !== undefined);
    const faults = drawLaterFaults(random, kind, step);
    return { ...run, wordings: onlyReworded(wordings), due: 'crowded', faults, commands };
  }
  if (random.chance(withTwin)) {
    const [own, twin] = wordings as [Wording, Wording];
    const faults = drawGraphFaults(random, kind, 'crowded', false);
    if (areDistinct(own, twin)) return { ...run, due: 'crowded', faults, commands: [], twin };
  }
  const due = random.pick<Due>(['crowded', 'crowded', 'crowded', 'crowded', 'crowded', 'crowded', 'now', 'now', 'far']);
  const firstComment = kind.comments && random.chance(commented) ? { firstComment: `First ${index}` } : {};
  const faults = drawGraphFaults(random, kind, due, 'firstComment' in firstComment);
  return { ...run, ...firstComment, due, faults, commands: drawCommands(random, due, wordings.length) };
}

/** Of what is public only the text can be changed. */
const onlyReworded = (wordings: readonly Wording[]): Wording[] => wordings.flatMap((_, __, [first]) => first ?? []);

/** Nothing else tells posts apart on which nothing is written. */
const areDistinct = (...wordings: readonly Wording[]) =>
  new Set(wordings.flatMap(({ files }) => files.map(({ file }) => file))).size ===
  wordings.reduce((sum, { files }) => sum + files.length, 0);

function drawWording(random: Random, { files: [fewest, most], sorts, altTexts, link }: KindOfPost): Wording {
  const wanted = Array.from({ length: random.whole(fewest, most) }, () => random.pick(sorts));
  const drawn = [...new Set(wanted)].flatMap((sort) => {
    const those = files.filter((file) => file.sort === sort);
    return random.some(those, wanted.filter((one) => one === sort).length);
  });
  const shown = random.some(drawn, drawn.length).map(({ number, sort }) => ({
    file: number,
    ...(altTexts &&
      sort === 'picture' &&
      random.chance(0.5) && { altText: `A sunrise, number ${random.whole(1, 1_000_000)}` }),
  }));
  return { files: shown, ...(link && { link: `https://example.com/${random.whole(1, 1_000_000)}` }) };
}
