import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, simulate } from './accounts.ts';

const megabyte = 1024 * 1024;
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
  // As an app may be set: no call without the proof of its token.
  await stack.simulator.switches({ requireAppSecretProof: true });
});
afterAll(() => stack?.stop());

const ways = [
  { name: 'a reel of a Page', on: 'facebook', kind: 'reel', upload: 'reelUpload' },
  { name: 'a video story of a Page', on: 'facebook', kind: 'story', upload: 'videoStoryUpload' },
  { name: 'a reel on Instagram', on: 'instagram', kind: 'reel', upload: 'containerUpload' },
] as const;

/** What of it was begun at Meta. */
const begun = async (account: Account) => {
  const { videos, containers } = await account.truth();
  return [...videos, ...containers].length;
};

test.concurrent.each(ways)('$name goes on from where its upload broke off, each time', async (way) => {
  const account = await Account.open(stack, way.on);
  const file = await account.film('upright', 30 * megabyte);
  // Three quarters of it have to stay where they are: whoever begins again never comes to the end.
  await account.fault({ call: way.upload, then: 'resetMidUpload', afterBytes: 8 * megabyte, times: 3 });
  const post = await account.schedule(way.kind, [file]);
  await account.published(post);
  expect(await account.hits()).toEqual([3]);
  expect(await begun(account)).toBe(1);
  expect(await account.publications()).toBe(1);
});

test.concurrent.each(ways)('$name is begun anew where Meta has lost its upload', async (way) => {
  const account = await Account.open(stack, way.on);
  await account.fault({ call: way.upload, then: 'refuse', code: 100, subcode: 33 });
  const post = await account.schedule(way.kind, [await account.film()]);
  await account.published(post);
  expect(await begun(account)).toBe(2);
  expect(await account.publications()).toBe(1);
});

test('chunks whose answers are lost are not sent twice', async () => {
  const account = await Account.open(stack, 'facebook');
  const file = await account.film('wide', 20 * megabyte);
  await simulate(stack, '/sim/calls', {}, 'DELETE');
  await account.fault({ call: 'videoTransfer', then: 'dropAnswer', times: 2 });
  const post = await account.schedule('feed', [file]);
  await account.published(post);
  const calls = (await (await fetch(`${stack.urls.simulator}/sim/calls`)).json()) as Record<string, number>;
  expect(calls.videoTransfer).toBe(3);
  expect(await begun(account)).toBe(1);
  expect(await account.publications()).toBe(1);
});

test.concurrent('a session of chunks that Meta has lost is begun anew', async () => {
  const account = await Account.open(stack, 'facebook');
  await account.fault({ call: 'videoTransfer', then: 'refuse', code: 6001, subcode: 1363033 });
  const post = await account.schedule('feed', [await account.film('wide')]);
  await account.published(post);
  expect(await begun(account)).toBe(2);
  expect(await account.publications()).toBe(1);
});

test.concurrent('a video that Meta does not show yet when its chunks broke off is not begun anew', async () => {
  const account = await Account.open(stack, 'facebook');
  await account.fault({ call: 'videoTransfer', then: 'resetBefore' });
  await account.fault({ call: 'readVideo', then: 'refuse', code: 100, subcode: 33, times: 2 });
  const post = await account.schedule('feed', [await account.film('wide')]);
  await account.published(post);
  expect(await account.hits()).toEqual([1, 2]);
  expect(await begun(account)).toBe(1);
  expect(await account.publications()).toBe(1);
});

test.concurrent('a video that Facebook still processes is being made public, and says so', async () => {
  const account = await Account.open(stack, 'facebook');
  await account.fault({ call: 'reelFinish', then: 'slowProcessing', delayMs: 8_000 });
  const post = await account.schedule('reel', [await account.film()]);
  const said = await eventually(
    async () => {
      const target = await account.page.target(post);
      return target.state === 'committing' && /is processing it/.test(target.reason ?? '') && target;
    },
    { what: 'words about the processing' },
  );
  expect(said.choices).toEqual([]);
  const { reason } = await account.published(post);
  expect(reason).toBeNull();
  expect(await account.publications()).toBe(1);
});

test('a worker killed while it sends a video goes on with the same upload', async () => {
  const account = await Account.open(stack, 'facebook');
  const file = await account.film('upright', 30 * megabyte);
  await account.fault({ call: 'reelUpload', then: 'resetMidUpload', afterBytes: 20 * megabyte });
  await account.fault({ call: 'reelUpload', then: 'slow', delayMs: 600_000 });
  const post = await account.schedule('reel', [file]);
  await eventually(async () => (await account.hits())[1], { what: 'the upload to go on' });
  await stack.processes.restart('worker', 'SIGKILL');
  await account.published(post);
  expect(await begun(account)).toBe(1);
  expect(await account.publications()).toBe(1);
});
