import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { publishId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account } from './accounts.ts';
import { Page } from './page.ts';
import { Rows } from './rows.ts';

const withinMs = 120_000;
const factor = 0.05;
let stack: Stack;
let page: Page;
let rows: Rows;
let temporal: Client;
const mediaFolder = mkdtempSync(join(tmpdir(), 'quixess-media-'));

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: String(factor), MEDIA_DIR: mediaFolder } });
  page = await Page.connect(stack);
  rows = await Rows.open(stack);
  const { address, namespace } = stack.temporal;
  temporal = new Client({ connection: await Connection.connect({ address }), namespace });
});
afterEach(async () => {
  await stack.simulator.noFaults();
  await stack.simulator.switches({ publishAgain: 'success', readDelayMs: 0 });
});
afterAll(async () => {
  await rows?.close();
  await temporal?.connection.close();
  await stack?.stop();
  await rm(mediaFolder, { recursive: true, force: true });
});

/** Somebody publishes by hand what lies at Meta of a post; from the given moment on. */
async function publishByHand(post: { text: string }, fromMs = 0): Promise<void> {
  const draft = await eventually(async () => (await page.everMade(post))[0]?.id, { what: 'the draft' });
  await eventually(() => Date.now() >= fromMs, { what: 'the moment' });
  await fetch(`${stack.urls.simulator}/sim/posts/${draft}/publish`, { method: 'POST' });
}

test('a draft that somebody published by hand is published, though Meta refuses to publish it again', async () => {
  await stack.simulator.switches({ publishAgain: 'error' });
  const post = await page.parked({ dueInMs: 5_000 });
  await publishByHand(post);
  await page.becomes(post, 'published');
  expect(await page.publications(post)).toBe(1);
});

test('a draft that somebody published by hand just before is published, though Meta refuses the call and does not show it yet', async () => {
  // So short that the draft itself is shown by then, and that Meta shows its publication before it has said twice that it is not live.
  await stack.simulator.switches({ publishAgain: 'error', readDelayMs: 4_000 });
  const post = await page.parked({ dueInMs: 16_000 });
  await publishByHand(post, Date.parse(post.publishAt ?? '') - 2_000);
  await page.becomes(post, 'published', withinMs);
  expect(await page.publications(post)).toBe(1);
  expect((await page.steps(post, 'look'))[0]).toBe('not-live');
  // What is refused for good is not called again while looks decide.
  expect(await page.steps(post, 'commit')).toEqual(['done']);
});

test('a repeated call that is refused says nothing about the first one, whose answer was lost', async () => {
  const post = await page.parked({ dueInMs: 6_000 });
  await stack.simulator.switches({ publishAgain: 'error', readDelayMs: 3_000 });
  await stack.simulator.fault({ call: 'publish', then: 'dropAnswer', times: 1 });
  await page.becomes(post, 'published');
  expect(await page.publications(post)).toBe(1);
});

test('a repeated call that is refused fails the post once Meta has said twice that it is not live', async () => {
  await stack.simulator.fault({ call: 'publish', then: 'resetBefore', times: 1 });
  await stack.simulator.fault({ call: 'publish', then: 'refuse', code: 1609005, times: 'always' });
  const post = await page.schedule();
  const target = await page.becomes(post, 'failed', withinMs);
  expect(target.reason).toContain('link');
  expect(await page.publications(post)).toBe(0);
});

test('once Meta has refused a repeated call, whoever tries again makes a call, and looks for none', async () => {
  const account = await Account.open(stack, 'instagram');
  await account.fault({ call: 'publishContainer', then: 'resetBefore', times: 1 });
  await account.fault({ call: 'publishContainer', then: 'refuse', code: 36_004, subcode: 2_207_010, times: 'always' });
  const post = await account.schedule('feed', [await account.photo()]);
  await account.page.becomes(post, 'failed');
  expect(await account.page.steps(post, 'commit')).toEqual(['refused', 'refused']);
  await account.noFaults();
  const looks = await account.page.steps(post, 'look');
  expect((await stack.member.post(`/v1/targets/${post.targets[0].id}/resolve`, { choice: 'retry' })).status).toBe(200);
  await account.published(post);
  expect(await account.page.steps(post, 'commit')).toEqual(['refused', 'refused', 'done']);
  expect(await account.page.steps(post, 'look')).toEqual(looks);
});

test('a post that Meta’s reads do not show yet is not taken for deleted', async () => {
  await stack.simulator.switches({ readDelayMs: 3_000 });
  await stack.simulator.fault({ call: 'publish', then: 'dropAnswer', times: 1 });
  const post = await page.schedule();
  await page.becomes(post, 'published');
  expect(await page.publications(post)).toBe(1);
});

test('the witness looks for the draft that was committed, not for another of the same content', async () => {
  const post = await page.parked({ dueInMs: 8_000 });
  await rows.anotherDraft(post.targets[0].id);
  await stack.simulator.fault({ call: 'publish', then: 'dropAnswer', times: 1 });
  await page.becomes(post, 'published');
  expect(await page.publications(post)).toBe(1);
});

test('what is live is published, though a preparation that came late gave it up meanwhile', async () => {
  await stack.simulator.fault({ call: 'publish', then: 'slow', doneAt: 'start', delayMs: 12_000, times: 1 });
  const post = await page.schedule();
  await eventually(() => page.publications(post), { what: 'the call to be under way' });
  await rows.hold(post.targets[0].id);
  await page.becomes(post, 'published');
});

test('a call is not repeated after so long that Meta has dropped the photos', async () => {
  await stack.simulator.fault({ call: 'publish', then: 'refuse', code: 999_999, times: 'always' });
  const post = await page.schedule();
  await page.becomes(post, 'committing');
  const { id } = post.targets[0];
  const later = async (hours: number) => {
    await rows.claimedEarlier(id, hours * 60 * factor);
    await nudge(temporal, publishId(rows.tenant, id));
  };
  const looks = async () => (await page.steps(post, 'look')).length;
  // What comes while the commit still answers is heard by it alone.
  await eventually(looks, { what: 'the commit to be over' });
  await later(21);
  await eventually(async () => (await looks()) > 10, { what: 'looks' });
  await stack.simulator.noFaults();
  await later(4);
  await page.becomes(post, 'held', withinMs);
  expect(await page.publications(post)).toBe(0);
});

test('a photo whose file is missing is said at once, and given up a day after it was due', async () => {
  const media = await page.upload();
  await rows.loseFile(mediaFolder, media);
  const post = await page.schedule({ media: [{ id: media }] });
  const saying = await eventually(
    async () => {
      const target = await page.target(post);
      return target.reason ? target : undefined;
    },
    { what: 'a reason' },
  );
  expect(saying.state).toBe('preparing');
  expect(saying.reason).toContain('missing');
  // Each try is written down, and struck out since it called nothing.
  await eventually(async () => !(await page.steps(post, 'photo')).length, { what: 'no upload to be told' });
  await rows.dueEarlier(post.targets[0].id, 25);
  await page.becomes(post, 'failed', withinMs);
});
