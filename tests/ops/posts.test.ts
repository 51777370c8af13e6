import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../deploy/ops/finding.ts';
import { film } from '../publish/films.ts';
import { Page, type Post } from '../publish/page.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { say, sayJson } from './say.ts';

const withinMs = 120_000;
let stack: Stack;
let page: Page;
let env: Record<string, string>;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
  page = await Page.connect(stack);
  env = { ...stack.env.ops, LOCAL_DIR: stack.env.simulator.SIMULATOR_DIR ?? '' };
});
afterAll(() => stack?.stop());

interface Explained {
  targets: { state: string; steps: { words: string }[]; workflow: { status: string } }[];
}
interface Looks {
  looks: { target: string; state: string; seen: string }[];
}
interface Stuck {
  posts: { target: string; state: string; since: string }[];
  findings: Finding[];
}

test('of a published post it is told what happened, and Meta shows it', async () => {
  const post = await page.schedule();
  await page.becomes(post, 'published', withinMs);
  const explained = await sayJson<Explained>(env, 'posts', 'explain', post.id);
  expect(explained.said.targets).toMatchObject([{ state: 'published' }]);
  const words = explained.said.targets.flatMap(({ steps }) => steps.map((step) => step.words));
  expect(words).toEqual(['Creating the unpublished post is done.', 'Publishing is done.']);
  const { code, said } = await sayJson<Looks>(env, 'posts', 'witness', post.targets[0].id);
  expect([code, said.looks]).toMatchObject([0, [{ state: 'published', seen: 'live' }]]);
});

test('of a post of the future it is told until when its workflow waits', async () => {
  const post = await page.schedule({ dueInMs: 12 * 3_600_000 });
  const told = /Its workflow waits: Scheduled; next: [^,]+, until \d{4}-[-T:.\d]+Z\.\n/;
  const explained = async () => told.test((await say(env, 'posts', 'explain', post.id)).stdout);
  await eventually(explained, { what: 'its workflow to say until when it waits' });
});

test('what nobody knows of is stuck since when, is asked about at Meta, and nothing is changed', async () => {
  await stack.simulator.fault({ call: 'publish', then: 'refuse', code: 100, subcode: 33, times: 'always' });
  await stack.simulator.fault({ call: 'readPost', then: 'refuse', code: 100, subcode: 33, times: 'always' });
  const post = await page.schedule();
  const held = await page.becomes(post, 'held', withinMs);
  await stack.simulator.noFaults();
  const { code, said } = await sayJson<Stuck>(env, 'posts', 'stuck');
  expect(code).toBe(4);
  expect(said.posts).toMatchObject([{ target: held.id, state: 'held', since: expect.any(String) }]);
  expect(said.findings[0]).toMatchObject({ about: held.id, wrong: expect.stringContaining('waits for somebody') });
  const witness = await sayJson<Looks>(env, 'posts', 'witness', post.id);
  expect(witness.said.looks).toMatchObject([{ state: 'held', seen: 'not-live' }]);
  expect((await page.target(post)).state).toBe('held');
  expect(await page.publications(post)).toBe(0);
  // Neither what was written nor anything of Meta's.
  const printed = await Promise.all(
    [
      ['posts', 'stuck'],
      ['posts', 'explain', post.id],
      ['posts', 'witness', post.id],
    ].map((words) => say(env, ...words)),
  );
  const all = printed.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  expect(all).toContain(held.id);
  for (const secret of [post.text, page.metaId]) expect(all).not.toContain(secret);
});

test('of a video it is told that Meta could not make a post of it, or is still at work on it', async () => {
  const schedule = async () => page.schedule({ kind: 'reel', media: [{ id: await page.uploadFile(film('upright')) }] });
  const witness = async ({ id }: Post) => {
    const { code, said } = await sayJson<Looks>(env, 'posts', 'witness', id);
    return { code, ...said.looks[0] };
  };
  await stack.simulator.fault({ call: 'reelFinish', then: 'processingError' });
  const flawed = await schedule();
  await page.becomes(flawed, 'failed', withinMs);
  expect(await witness(flawed)).toMatchObject({ code: 0, state: 'failed', seen: 'failed' });
  await stack.simulator.fault({ call: 'reelFinish', then: 'slowProcessing', delayMs: 3_600_000 });
  const atWork = await schedule();
  await eventually(async () => (await page.steps(atWork, 'look')).includes('processing'), { what: 'a look at it' });
  expect(await witness(atWork)).toMatchObject({ code: 0, state: 'committing', seen: 'processing' });
});

test('a post that there is not is not found', async () => {
  expect(await sayJson(env, 'posts', 'explain', uuidv7())).toMatchObject({ code: 3 });
  expect(await sayJson(env, 'posts', 'witness', 'nonsense')).toMatchObject({ code: 2 });
});
