import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, type Scheduled, simulate } from './accounts.ts';
import { decideOn } from './decision.ts';

const hourMs = 3_600_000;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
});
afterAll(() => stack?.stop());

const open = () => Account.open(stack, 'instagram');

const says = (account: Account, post: Scheduled, words: RegExp, withinMs = 60_000) =>
  eventually(
    async () => {
      const target = await account.page.target(post);
      return words.test(target.reason ?? '') && target;
    },
    { withinMs, what: `a reason like ${words}` },
  );

test.concurrent('media that Instagram can never take fail the post at once, in words', async () => {
  const account = await open();
  await account.fault({ call: 'createContainer', then: 'processingError', subcode: 2207026, times: 'always' });
  const post = await account.schedule('feed', [await account.photo()]);
  const { reason } = await account.page.becomes(post, 'failed');
  expect(reason).toContain('does not support the format');
  expect((await account.truth()).containers).toHaveLength(1);
});

test.concurrent('a container that fails is begun anew, and published once', async () => {
  const account = await open();
  await account.fault({ call: 'createContainer', then: 'processingError', subcode: 2207053, times: 2 });
  const post = await account.schedule('feed', [await account.photo()]);
  await account.published(post);
  const { containers, media } = await account.truth();
  expect(containers.map(({ publishCalls }) => publishCalls)).toEqual([0, 0, 1]);
  expect(media).toHaveLength(1);
});

test.concurrent('a video that fails again and again is given up, in words', async () => {
  const account = await open();
  await account.fault({ call: 'containerUpload', then: 'processingError', subcode: 2207053, times: 'always' });
  const post = await account.schedule('reel', [await account.film()]);
  const { reason } = await account.page.becomes(post, 'failed');
  expect(reason).toContain('several times');
  const { containers, media } = await account.truth();
  expect(containers).toHaveLength(4);
  expect(media).toEqual([]);
});

test.concurrent('a container that takes long is waited for, and no other is made', async () => {
  const account = await open();
  await account.fault({ call: 'createContainer', then: 'slowProcessing', delayMs: 8_000 });
  const post = await account.schedule('feed', [await account.photo()]);
  await account.page.becomes(post, 'preparing');
  await account.published(post);
  const { containers, media } = await account.truth();
  expect(containers).toHaveLength(1);
  expect(media).toHaveLength(1);
});

test.concurrent('a container that Meta is at work on for a day after the time of its post is given up, in words', async () => {
  const account = await open();
  await account.fault({ call: 'createContainer', then: 'slowProcessing', delayMs: 20 * hourMs });
  const post = await account.schedule('feed', [await account.photo()], { dueInMs: hourMs });
  await decideOn(stack, post, { state: 'scheduled', dueAt: new Date(Date.now() - 25 * hourMs) });
  const { reason } = await account.page.becomes(post, 'failed');
  expect(reason).toContain('still at work');
  expect((await account.truth()).media).toEqual([]);
});

test.concurrent('a container whose answer was lost is made again, and the lost one is never published', async () => {
  const account = await open();
  await account.fault({ call: 'createContainer', then: 'dropAnswer', times: 2 });
  const files = [await account.photo(), await account.photo()];
  const post = await account.schedule('feed', files);
  await account.published(post);
  const { containers, media } = await account.truth();
  // Two images that were lost, two that were not, and the carousel.
  expect(containers).toHaveLength(5);
  expect(media).toHaveLength(1);
});

test.concurrent('what is not ready at its instant waits, and is published once', async () => {
  const account = await open();
  await account.fault({ call: 'publishContainer', then: 'mediaNotReady' });
  const post = await account.schedule('feed', [await account.photo()]);
  await says(account, post, /still processing/);
  await account.published(post);
  expect(await account.publications()).toBe(1);
});

test.concurrent('the quota of the day is waited for and said, not failed, and when it is free again the posts go out once', async () => {
  const words = /no more posts of this account today/;
  const wait = { code: 9, subcode: 2207042 };
  const [preparing, committing] = [await open(), await open()];
  await preparing.fault({ call: 'createContainer', then: 'refuse', ...wait, times: 'always' });
  await committing.fault({ call: 'publishContainer', then: 'refuse', ...wait, times: 'always' });
  const one = await preparing.schedule('feed', [await preparing.photo()]);
  const two = await committing.schedule('feed', [await committing.photo()]);
  expect(await says(preparing, one, words)).toMatchObject({ state: 'preparing', choices: [] });
  expect(await says(committing, two, words)).toMatchObject({ state: 'armed', choices: [] });
  expect([await preparing.publications(), await committing.publications()]).toEqual([0, 0]);
  await Promise.all([preparing.noFaults(), committing.noFaults()]);
  // Where Meta does not say when, it is asked about once a minute.
  await Promise.all([preparing.published(one, 240_000), committing.published(two, 240_000)]);
  expect([await preparing.publications(), await committing.publications()]).toEqual([1, 1]);
});

test('a container that has expired is begun anew', async () => {
  const account = await open();
  await account.fault({ call: 'createContainer', then: 'slowProcessing', delayMs: 86_400_000 });
  const post = await account.schedule('feed', [await account.photo()]);
  const container = await eventually(async () => (await account.truth()).containers[0], {
    what: 'the container',
  });
  await simulate(stack, '/sim/clock', { offsetMs: 25 * 3_600_000 });
  await account.published(post);
  const { containers, media } = await account.truth();
  expect(containers).toHaveLength(2);
  expect(media.map((one) => one.container)).not.toContain(container.id);
  expect(media).toHaveLength(1);
});
