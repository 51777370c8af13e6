import { expect, test } from 'vitest';
import { nameOf } from './disturbances.ts';
import { endsLogin } from './graph-faults.ts';
import { kindNamed, kinds } from './kinds.ts';
import { planRun, type Run } from './plan.ts';
import { steps } from './steps.ts';

const planOf = (seed: number, runs: number) => Array.from({ length: runs }, (_, index) => planRun(seed, index, runs));

test('the same seed gives the same plan, and each run of it by itself', () => {
  expect(planOf(7, 200)).toEqual(planOf(7, 200));
  expect(planRun(7, 123, 200)).toEqual(planOf(7, 200)[123]);
  expect(planOf(8, 200)).not.toEqual(planOf(7, 200));
});

test.each([20, 200, 1_000, 10_000])('of %i runs the worker is killed in at least every fiftieth', (runs) => {
  const killed = planOf(1, runs).filter(({ disturbance }) => disturbance?.what === 'worker killed');
  killed.forEach(({ index }, n) => {
    expect(index - (killed[n - 1]?.index ?? 0)).toBeLessThanOrEqual(50);
  });
  expect(runs - (killed.at(-1)?.index ?? 0)).toBeLessThanOrEqual(50);
});

test.each([200, 1_000])('in %i runs everything is disturbed at least once, the worker killed at every step', (runs) => {
  const names = new Set(planOf(1, runs).flatMap(({ disturbance }) => (disturbance ? [nameOf(disturbance)] : [])));
  for (const step of steps) expect(names).toContain(`worker killed at ${step}`);
  for (const what of [
    'worker frozen',
    'worker stopped',
    'api killed',
    'postgres restarted',
    'temporal restarted',
    'temporal killed',
  ])
    expect([...names].some((name) => name.startsWith(what))).toBe(true);
});

test('whatever the seed, each post has reads that lag by chance, and second calls that are answered in every way', () => {
  const plan = planOf(5, 400);
  for (const { faults } of plan) expect(faults.map(({ then }) => then)).toContain('staleRead');
  const of = (name: string) =>
    plan.flatMap(({ kind, faults }) => {
      const { calls, repeats } = kindNamed(kind);
      if (name !== (repeats ? 'publish' : 'once')) return [];
      return faults.filter(({ call, then }) => call === calls.commit && then === 'secondCall');
    });
  expect(new Set(of('publish').map(({ again }) => again))).toEqual(new Set(['error']));
  expect(new Set(of('once').map(({ again }) => again))).toEqual(new Set(['success', 'error']));
});

test('of most seeds two hundred runs have everything in them that can go wrong', () => {
  const seeds = Array.from({ length: 20 }, (_, n) => n + 1);
  const [all, often] = [new Map<string, number>(), seeds.length * 0.7];
  for (const seed of seeds) for (const name of thingsIn(planOf(seed, 200))) all.set(name, (all.get(name) ?? 0) + 1);
  for (const [name, times] of all) expect([name, times >= often]).toEqual([name, true]);
  expect(all.size).toBeGreaterThan(45);
});

/** In the words of what goes wrong, wherever it does. */
function thingsIn(plan: readonly Run[]): Set<string> {
  const things = plan.flatMap(({ faults, foreignHand, disturbance, losesLogin }) => [
    ...faults.map(({ then, doneAt = '', again = '', probability }) =>
      [then, doneAt, again, probability && !again ? 'by chance' : ''].join(' '),
    ),
    ...(foreignHand ? [foreignHand] : []),
    ...(disturbance ? [nameOf(disturbance)] : []),
    ...(losesLogin ? ['a login ends'] : []),
  ]);
  return new Set(things);
}

test('two hundred runs try every kind, and a thousand go wrong at every call', () => {
  expect(new Set(planOf(1, 200).map(({ kind }) => kind))).toEqual(new Set(kinds.map(({ name }) => name)));
  const hit = new Set(planOf(1, 1_000).flatMap(({ faults }) => faults.map(({ call }) => call)));
  for (const { calls } of kinds)
    for (const call of [...calls.prepare, calls.commit, ...(calls.beside ?? [])]) expect(hit).toContain(call);
  for (const call of ['editPost', 'editVideo', 'deletePost', 'deletePhoto', 'readUpload']) expect(hit).toContain(call);
});

test('a thousand runs are answered in every way', () => {
  const answers = new Set(planOf(1, 1_000).flatMap(({ faults }) => faults.map(({ then }) => then)));
  const every = [
    'mediaNotReady',
    'processingError',
    'resetMidUpload',
    'slowProcessing',
    'dropAnswer',
    'errorButDone',
    'badRequestButDone',
    'emptyAnswer',
    'noSuccess',
    'resetBefore',
    'rateLimited',
    'slow',
    'refuse',
    'tokenDead',
    'staleRead',
    'secondCall',
  ];
  expect([...answers].sort()).toEqual(every.sort());
});

test('in a thousand runs logins end at every kind of call, what was prepared is touched by hand, and calls are hit by chance', () => {
  const plan = planOf(1, 1_000);
  const deaths = plan.flatMap(({ losesLogin, faults }) => (losesLogin ? faults.filter(endsLogin) : []));
  expect(deaths).toHaveLength(plan.filter(({ losesLogin }) => losesLogin).length);
  for (const call of ['createPost', 'createContainer', 'publish', 'publishContainer', 'comment'])
    expect(deaths.map((death) => death.call)).toContain(call);
  const hands = new Set(plan.map(({ foreignHand }) => foreignHand));
  expect(hands).toEqual(new Set([undefined, 'publishes', 'deletes', 'fails', 'expires']));
  const faults = plan.flatMap((run) => run.faults);
  const byChance = faults.filter(({ probability }) => probability !== undefined);
  expect(new Set(byChance.map(({ seed }) => seed)).size).toBeGreaterThan(byChance.length * 0.99);
  expect(new Set(byChance.map(({ then }) => then)).size).toBe(9);
  const fetching = new Set(faults.flatMap(({ call, then }) => (call === 'fetchMedia' ? [then] : [])));
  expect([...fetching].sort()).toEqual(['refuse', 'resetBefore', 'resetMidUpload', 'slow']);
});

test('a login that ends for good is one of a post that somebody logs in again for, and of no other', () => {
  for (const { losesLogin, faults } of planOf(2, 1_000)) expect(faults.some(endsLogin)).toBe(losesLogin === true);
});

test('where the worker is killed while it writes the first comment there is one', () => {
  const at = (step: string) =>
    planOf(1, 1_000).find(({ disturbance: what }) => what && 'step' in what && what.step === step);
  expect(at('comment')?.firstComment).toBeDefined();
});

test('where the worker is killed while something is changed, deleted or discarded, somebody wants that', () => {
  const plan = planOf(1, 1_000);
  const at = (step: string) => plan.filter(({ disturbance: what }) => what && 'step' in what && what.step === step);
  for (const { commands, wordings } of at('edit')) {
    expect(commands).toMatchObject([{ from: 'public', wish: { do: 'edit' } }]);
    expect(new Set(wordings.map(({ files }) => files)).size).toBe(1);
  }
  for (const { commands } of at('delete')) expect(commands).toMatchObject([{ from: 'public', wish: { do: 'cancel' } }]);
  for (const { commands } of at('discard')) expect(commands).toMatchObject([{ from: 'armed', wish: { do: 'cancel' } }]);
});

test('two hundred runs want everything that can be wanted, before, at and after the due instant', () => {
  const plan = planOf(1, 200);
  const commands = plan.flatMap((run) => run.commands);
  const wishes = new Set(commands.map(({ wish }) => wish.do));
  expect([...wishes].sort()).toEqual(['cancel', 'edit', 'publish now', 'reschedule']);
  const around = commands.filter(({ from }) => from === 'due').map(({ atMs }) => atMs);
  expect(around.some((atMs) => atMs < -500)).toBe(true);
  expect(around.some((atMs) => atMs >= -60 && atMs <= 250)).toBe(true);
  expect(around.some((atMs) => atMs >= 300)).toBe(true);
  const duringCalls = planOf(1, 1_000).filter(({ commands }) => commands.some(({ from }) => from === 'call'));
  expect(new Set(duringCalls.flatMap(({ commands }) => commands.map(({ wish }) => wish.do)))).toEqual(wishes);
  for (const { kind, faults } of duringCalls)
    expect(faults).toContainEqual(expect.objectContaining({ call: kindNamed(kind).calls.commit, then: 'slow' }));
  const ends = plan.filter(({ due }) => due === 'far').map((run) => run.commands.at(-1)?.wish.do);
  expect(new Set(ends)).toEqual(new Set(['publish now', 'reschedule', 'cancel']));
});

test('of a thousand runs some of every sort have a twin on their account, and none that could be taken for it', () => {
  const twins = planOf(1, 1_000).flatMap(({ kind, wordings: [own], twin }) =>
    twin && own ? [{ kind, own, twin }] : [],
  );
  expect(new Set(twins.map(({ kind }) => kindNamed(kind).platform))).toEqual(new Set(['facebook', 'instagram']));
  expect(twins.some(({ kind }) => kindNamed(kind).wordless)).toBe(true);
  for (const { own, twin } of twins) {
    const shown = [...own.files, ...twin.files].map(({ file }) => file);
    expect(new Set(shown).size).toBe(shown.length);
  }
});

test('of two hundred runs some have words of their own, which nobody edits, and everything that can be chosen is', () => {
  const plan = planOf(4, 200);
  expect(plan.some(({ ownWords }) => ownWords)).toBe(true);
  for (const { ownWords, commands } of plan) if (ownWords) expect(commands).toEqual([]);
  const names = new Set(plan.flatMap(({ options }) => Object.keys(options ?? {})));
  expect([...names].sort()).toEqual(['collaborators', 'coverOffsetMs', 'locationId', 'shareToFeed', 'userTags']);
});

test('every wording of a run has as many files as its kind has', () => {
  for (const { kind, wordings } of planOf(3, 300)) {
    const [fewest, most] = kindNamed(kind).files;
    for (const { files } of wordings) {
      expect(files.length).toBeGreaterThanOrEqual(fewest);
      expect(files.length).toBeLessThanOrEqual(most);
      expect(new Set(files.map(({ file }) => file)).size).toBe(files.length);
    }
  }
});
