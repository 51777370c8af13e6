import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { decideOn } from './decision.ts';
import { Page, type Post, type Truth } from './page.ts';

const withinMs = 120_000;
let stack: Stack;
let page: Page;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
  page = await Page.connect(stack);
});
afterEach(() => stack.simulator.noFaults());
afterAll(() => stack?.stop());

const album = async (dueInMs: number) =>
  page.parked({ dueInMs, media: [{ id: await page.upload() }, { id: await page.upload() }] });

const truth = () => stack.simulator.truth<Truth>();

/** What was ever made with this text and still lies at Meta, unpublished. */
const unpublished = async (post: { text: string }) =>
  (await page.everMade(post)).filter(({ isPublished, deletedAt }) => !isPublished && !deletedAt);

/** Photos that lie at Meta and are in no post. */
const loosePhotos = async () => (await truth()).photos.filter(({ post, deletedAt }) => !post && !deletedAt);

const cleaned = (post: Post & { text: string }) =>
  eventually(async () => !(await unpublished(post)).length && !(await loosePhotos()).length, {
    withinMs,
    what: `nothing to be left at Meta of ${post.id}`,
  });

test('of what was canceled after it was prepared, nothing is left at Meta', async () => {
  const post = await album(30_000);
  expect(await unpublished(post)).toHaveLength(1);
  await decideOn(stack, post, { state: 'canceled' });
  await cleaned(post);
  expect(await page.publications(post)).toBe(0);
  expect((await page.target(post)).state).toBe('canceled');
});

test('an edit after it was prepared: the new text is published once, and the old draft is deleted', async () => {
  const post = await album(20_000);
  const edited = { ...post, text: `Edited: ${post.text}` };
  await decideOn(stack, post, { state: 'scheduled', text: edited.text });
  await page.becomes(post, 'published', withinMs);
  expect(await page.publications(edited)).toBe(1);
  expect(await page.publications(post)).toBe(0);
  const [live] = (await page.everMade(edited)).filter(({ isPublished }) => isPublished);
  expect(live?.photoIds).toHaveLength(2);
  await cleaned(post);
});

test('what is put off for days is not kept at Meta until then, and is made anew', async () => {
  const post = await album(30_000);
  await decideOn(stack, post, { state: 'scheduled', dueAt: new Date(Date.now() + 72 * 3_600_000) });
  await cleaned(post);
  await decideOn(stack, post, { state: 'scheduled', dueAt: new Date() });
  await page.becomes(post, 'published', withinMs);
  expect(await page.publications(post)).toBe(1);
});

test('a draft that somebody published by hand is not deleted by a cancel', async () => {
  const post = await page.parked({ dueInMs: 30_000 });
  const [draft] = await page.everMade(post);
  await fetch(`${stack.urls.simulator}/sim/posts/${draft?.id}/publish`, { method: 'POST' });
  await decideOn(stack, post, { state: 'canceled' });
  await eventually(async () => (await page.steps(post, 'discard')).includes('refused'), {
    withinMs,
    what: 'a look at it',
  });
  expect(await page.everMade(post)).toMatchObject([{ isPublished: true, deletedAt: null }]);
  const { state, reason } = await page.target(post);
  expect([state, reason]).toEqual(['canceled', expect.stringContaining('It is live at Facebook all the same')]);
});

test('one with photos stays whole, also where Meta does not tell at once that it is live', async () => {
  const post = await album(30_000);
  const [draft] = await page.everMade(post);
  await fetch(`${stack.urls.simulator}/sim/posts/${draft?.id}/publish`, { method: 'POST' });
  await stack.simulator.fault({ call: 'readPost', then: 'resetBefore', times: 3 });
  await decideOn(stack, post, { state: 'canceled' });
  const discarded = () => page.steps(post, 'discard');
  await eventually(async () => (await discarded()).includes('refused'), { withinMs, what: 'a look at it' });
  expect(new Set(await discarded())).toEqual(new Set(['unknown', 'refused']));
  expect(await page.everMade(post)).toMatchObject([{ isPublished: true, deletedAt: null }]);
  const { photos } = await truth();
  expect(photos.filter(({ post, deletedAt }) => post === draft?.id && !deletedAt)).toHaveLength(2);
});

test('a cancel is heard while a file is on its way to Meta, and the file is deleted when it has come', async () => {
  await stack.simulator.fault({ call: 'uploadPhoto', then: 'slow', doneAt: 'start', delayMs: 30_000, times: 1 });
  const post = await page.schedule({ dueInMs: 60_000, media: [{ id: await page.upload() }] });
  await eventually(async () => (await stack.simulator.faults())[0]?.hits, { what: 'the upload to be under way' });
  await decideOn(stack, post, { state: 'canceled' });
  const entry = async () => {
    const { control } = stack.control;
    const id = post.targets[0].id;
    return control.selectFrom('workflows').select('id').where('id', 'like', `%${id}`).executeTakeFirst();
  };
  await eventually(async () => !(await entry()), { withinMs, what: 'the workflow to be over' });
  // Its upload is still under way.
  expect(await page.steps(post, 'photo')).toEqual(['open']);
  await cleaned(post);
});

test('that nothing can be deleted changes nothing about the post', async () => {
  await stack.simulator.fault({ call: 'deletePost', then: 'refuse', code: 1609005, times: 'always' });
  const post = await page.parked({ dueInMs: 20_000 });
  const edited = { ...post, text: `Edited: ${post.text}` };
  await decideOn(stack, post, { state: 'scheduled', text: edited.text });
  await page.becomes(post, 'published', withinMs);
  expect(await page.publications(edited)).toBe(1);
  await eventually(async () => (await page.steps(post, 'discard')).includes('refused'), { withinMs, what: 'the try' });
});
