import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectControl } from '../../db/control/connect.ts';
import type { Targets } from '../../db/tenant/schema.ts';
import type { Result } from '../../deploy/ops/command.ts';
import type { Finding } from '../../deploy/ops/finding.ts';
import type { Ops } from '../../deploy/ops/open.ts';
import { explainPost } from '../../deploy/ops/posts-explain.ts';
import { stuckPosts } from '../../deploy/ops/posts-stuck.ts';
import { stuck } from '../../deploy/ops/workflows-stuck.ts';
import { publishId } from '../../workflows/ids.ts';
import { beginOperating, type Operator } from './operator.ts';

const minuteMs = 60_000;
let operator: Operator;

beforeAll(async () => {
  operator = await beginOperating();
});
afterAll(() => operator?.close());

type Command = { run(ops: Ops, asked: { words: string[]; flags: object }): Promise<Result> };
const run = async (command: Command) => {
  const { exit, json } = await command.run(operator.ops, { words: [], flags: {} });
  return { exit, findings: json.findings as Finding[] };
};
const lines = async (command: Command, ...words: string[]) =>
  (await command.run(operator.ops, { words, flags: {} })).lines;

type State = 'scheduled' | 'armed' | 'committing' | 'deleting' | 'held' | 'published' | 'failed' | 'canceled' | 'draft';

/** A post that was due, or came to its state, so many minutes ago. */
async function post(
  state: State,
  {
    dueAgo = 60,
    sinceAgo = 60,
    wishedAgo = undefined as number | undefined,
    reason = null as string | null,
    heldFor = null as Targets['held_for'],
    choices = [] as string[],
  } = {},
): Promise<string> {
  const [id, of] = [uuidv7(), uuidv7()];
  await operator.ops.tenants.use(operator.tenant, async (db) => {
    const due = sql<Date>`clock_timestamp() - make_interval(mins => ${dueAgo})`;
    await db.insertInto('posts').values({ id: of, text: 'a', publish_at: due, created_by: of }).execute();
    const ago = (minutes: number) => sql<Date>`clock_timestamp() - make_interval(mins => ${minutes})`;
    const wish = wishedAgo === undefined ? {} : { wished_text: 'b', wished_at: ago(wishedAgo) };
    const target = {
      id,
      post: of,
      account: operator.account,
      kind: 'feed',
      state,
      since: ago(sinceAgo),
      reason,
      held_for: heldFor,
      choices,
      ...wish,
    } as const;
    await db.insertInto('targets').values(target).execute();
  });
  return id;
}

test('posts that are late, of unknown outcome, held, not yet edited or not yet deleted are stuck, each with words of its own; others are not', async () => {
  expect(await run(stuckPosts)).toEqual({ exit: 0, findings: [] });
  for (const state of ['published', 'failed', 'canceled', 'draft'] as const) await post(state);
  await post('scheduled', { dueAgo: -60 });
  await post('scheduled', { dueAgo: 4 });
  await post('deleting', { sinceAgo: 4 });
  await post('published', { wishedAgo: 4 });
  expect(await run(stuckPosts)).toEqual({ exit: 0, findings: [] });

  const held = await post('held', { dueAgo: -60, sinceAgo: 90, reason: 'Nobody knows.', heldFor: 'outcome' });
  expect((await lines(stuckPosts))[0]).toBe('1 post is stuck.');
  const late = await post('armed', { dueAgo: 6, sinceAgo: 80 });
  const unknown = await post('committing', { sinceAgo: 70 });
  const edited = await post('published', { sinceAgo: 65, wishedAgo: 6 });
  const there = await post('deleting', { sinceAgo: 6 });
  const { exit, findings } = await run(stuckPosts);
  expect(exit).toBe(4);
  expect(findings.map(({ about, wrong }) => [about, wrong])).toEqual([
    [held, 'It is held, and waits for somebody to decide. Nobody knows.'],
    [late, 'Its time has passed, and nothing was published.'],
    [unknown, 'It was called for, and Meta has not said what became of it.'],
    [edited, 'Its text is to be changed at Meta, and is not yet.'],
    [there, 'It is to be deleted at Meta, and is not yet.'],
  ]);
  expect(findings.map(({ next }) => next)).toEqual([
    expect.stringContaining('answers what it asks'),
    expect.stringContaining('posts explain'),
    expect.stringContaining('for a day'),
    expect.stringContaining('posts explain'),
    expect.stringContaining('posts explain'),
  ]);
  const agoMs = (n: number) => Date.now() - Date.parse(findings[n]?.since ?? '');
  expect(Math.abs(agoMs(0) - 90 * minuteMs)).toBeLessThan(10 * minuteMs);
  // Since it was asked for, not since it was published.
  expect(Math.abs(agoMs(3) - 6 * minuteMs)).toBeLessThan(10 * minuteMs);
});

test('a held post says what it waits for: a new login, or an answer, and how that is given', async () => {
  const choices = ['retry', 'cancel'];
  const [login, overdue, doubt] = [
    await post('held', { heldFor: 'authorization', choices, reason: 'Connect again.' }),
    await post('held', { heldFor: 'overdue', choices, reason: 'It is late.' }),
    await post('held', { heldFor: 'outcome', choices: ['live', 'publishAgain'] }),
  ];
  const { findings } = await run(stuckPosts);
  const found = (id: string) => findings.find(({ about }) => about === id);
  expect(found(login)).toMatchObject({
    wrong: 'It is held until a login may publish to its account again. Connect again.',
    next: expect.stringMatching(/^A member of the tenant connects the account again\..* by itself/),
  });
  expect(found(overdue)).toMatchObject({
    wrong: 'It is held, and waits for somebody to decide. It is late.',
    next: expect.stringMatching(/answers what it asks: whether it goes out late, or not at all\.$/),
  });
  expect(found(doubt)?.next).toContain('Meta can be asked with posts witness');

  for (const id of [login, overdue, doubt]) expect(await lines(explainPost, id)).toContain(`Next: ${found(id)?.next}`);
  const asks = (id: string, one: string, other: string) =>
    `A member may choose ${one} or ${other}, with POST /v1/targets/${id}/resolve and {"choice": "${one}"}.`;
  expect(await lines(explainPost, login)).toContain(asks(login, 'retry', 'cancel'));
  expect(await lines(explainPost, doubt)).toContain(asks(doubt, 'live', 'publishAgain'));
  const failed = await post('failed', { choices });
  expect(await lines(explainPost, failed)).toContain(asks(failed, 'retry', 'cancel'));
  expect((await lines(explainPost, await post('failed'))).join()).not.toMatch(/choose|Next:/);
});

interface Entry {
  wantedAgoS?: number;
  sent?: number;
  dueAgoS?: number;
  claimed?: boolean;
  runs?: boolean;
}

/** Something that should be alive, as control has it. */
async function entry({ wantedAgoS = 0, sent = 1, dueAgoS, claimed = false, runs = true }: Entry): Promise<string> {
  const id = publishId(operator.tenant, uuidv7());
  const owner = connectControl(operator.fresh.ownerUrl, { maxConnections: 1 });
  const ago = (seconds: number) => sql<Date>`clock_timestamp() - make_interval(secs => ${seconds})`;
  const claim = claimed ? { claimed_by: uuidv7(), claimed_at: ago(1) } : {};
  const due = dueAgoS === undefined ? {} : { due_at: ago(dueAgoS) };
  await owner
    .insertInto('workflows')
    .values({ id, tenant: operator.tenant, wanted_at: ago(wantedAgoS), sent, ...due, ...claim })
    .execute();
  await owner.destroy();
  // No worker of this queue: it stays where it is.
  if (runs) await operator.ops.temporal.workflow.start('publish', { workflowId: id, taskQueue: 'nobody', args: [] });
  return id;
}

test('one workflow is one, and several are several', async () => {
  await entry({});
  expect((await lines(stuck))[0]).toBe('Should be alive: 1 workflow. Found to be stuck: nothing.');
  await entry({});
  expect((await lines(stuck))[0]).toBe('Should be alive: 2 workflows. Found to be stuck: nothing.');
});

const wrongs = async (id: string) =>
  (await run(stuck)).findings.filter(({ about }) => about === id).map(({ wrong }) => wrong);
const late = 'Its time has passed, and nothing was published.';
const untold = 'Something was decided about it, and it was not told.';
const gone = 'It should run, and does not.';

test.each([
  ['was told and runs', { wantedAgoS: 600 }, []],
  ['was wanted a moment ago and not told yet', { wantedAgoS: 100, sent: 0 }, []],
  ['was not told for long', { wantedAgoS: 140, sent: 0 }, [untold]],
  ['does not run yet', { wantedAgoS: 100, runs: false }, []],
  ['does not run for long', { wantedAgoS: 140, runs: false }, [gone]],
  ['was not told for long and does not run', { wantedAgoS: 140, sent: 0, runs: false }, [gone]],
  ['is due since a moment', { wantedAgoS: 600, dueAgoS: 40 }, []],
  ['is due since long', { wantedAgoS: 600, dueAgoS: 80 }, [late]],
  ['is due since long, and called', { wantedAgoS: 600, dueAgoS: 80, claimed: true }, []],
  ['is not due yet', { wantedAgoS: 600, dueAgoS: -600 }, []],
])('of what %s is said what is wrong', async (_, given, said) => {
  expect(await wrongs(await entry(given))).toEqual(said);
});
