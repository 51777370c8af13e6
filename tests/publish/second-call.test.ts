import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { publishId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account } from './accounts.ts';
import { Rows } from './rows.ts';

const factor = 0.05;
const withinMs = 120_000;
let stack: Stack;
let temporal: Client;
let rows: Rows;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: String(factor) } });
  const { address, namespace } = stack.temporal;
  temporal = new Client({ connection: await Connection.connect({ address }), namespace });
  rows = await Rows.open(stack);
});
afterEach(() => stack.simulator.switches({ readDelayMs: 0 }));
afterAll(async () => {
  await rows?.close();
  await temporal?.connection.close();
  await stack?.stop();
});

interface Way {
  on: 'facebook' | 'instagram';
  kind: string;
  files: (account: Account) => Promise<string>[];
  commit: string;
}

/** A second call of each of these makes it visible twice. */
const ways: Record<string, Way> = {
  'video of a Page': { on: 'facebook', kind: 'feed', files: (a) => [a.film('wide')], commit: 'videoFinish' },
  'reel of a Page': { on: 'facebook', kind: 'reel', files: (a) => [a.film()], commit: 'reelFinish' },
  'video story of a Page': { on: 'facebook', kind: 'story', files: (a) => [a.film()], commit: 'videoStoryFinish' },
  'photo story of a Page': { on: 'facebook', kind: 'story', files: (a) => [a.photo()], commit: 'photoStory' },
  'image on Instagram': { on: 'instagram', kind: 'feed', files: (a) => [a.photo()], commit: 'publishContainer' },
  'carousel on Instagram': {
    ...{ on: 'instagram', kind: 'feed', commit: 'publishContainer' },
    files: (a) => [a.photo(), a.film()],
  },
  'reel on Instagram': { on: 'instagram', kind: 'reel', files: (a) => [a.film()], commit: 'publishContainer' },
  'story on Instagram': { on: 'instagram', kind: 'story', files: (a) => [a.film()], commit: 'publishContainer' },
};

const each = async (work: (account: Account, way: Way, name: string) => Promise<void>) => {
  const done = Object.entries(ways).map(async ([name, way]) => {
    await work(await Account.open(stack, way.on), way, name);
  });
  await Promise.all(done);
};

test('what Meta’s reads do not show yet is not called for again, whichever form it has', async () => {
  // Beyond the first read, before the second one that counts.
  await stack.simulator.switches({ readDelayMs: 4_000 });
  await each(async (account, { kind, files, commit }, name) => {
    await account.fault({ call: commit, then: 'dropAnswer' });
    const post = await account.schedule(kind, await Promise.all(files(account)));
    await account.published(post, withinMs);
    expect({ name, publications: await account.publications() }).toEqual({ name, publications: 1 });
    const { videos, containers } = await account.truth();
    const calls = [...videos.map((one) => one.finishCalls), ...containers.map((one) => one.publishCalls)];
    expect(calls.reduce((sum, n) => sum + n, 0)).toBe(commit === 'photoStory' ? 0 : 1);
  });
});

test('a call that never arrives is made once more after two looks, and not a third time', async () => {
  await each(async (account, { kind, files, commit }, name) => {
    await account.fault({ call: commit, then: 'resetBefore', times: 'always' });
    const post = await account.schedule(kind, await Promise.all(files(account)));
    await eventually(async () => (await account.hits())[0] === 2, {
      what: `the second call for a ${name}`,
    });
    const looks = async () => (await account.page.steps(post, 'look')).length;
    const before = await looks();
    // The look at ten minutes is due then.
    await rows.claimedEarlier(post.targets[0].id, 1);
    await eventually(
      async () => {
        await nudge(temporal, publishId(rows.tenant, post.targets[0].id));
        const after = await looks();
        if (after === before) throw new Error(`there were ${before}, and are ${after}`);
        return true;
      },
      { what: `more looks at a ${name}`, everyMs: 1_000 },
    );
    expect(await account.hits()).toEqual([2]);
    expect(await account.publications()).toBe(0);
  });
});
