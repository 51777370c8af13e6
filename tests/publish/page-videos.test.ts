import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import type { TrueVideo } from './accounts.ts';
import { film } from './films.ts';
import { Page, type Truth } from './page.ts';
import { Rows } from './rows.ts';

const factor = 0.05;
let stack: Stack;
let page: Page;
let rows: Rows;
beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: String(factor) } });
  page = await Page.connect(stack);
  rows = await Rows.open(stack);
});
afterEach(async () => {
  await stack.simulator.noFaults();
  await stack.simulator.switches({ processingError: 'message' });
});
afterAll(async () => {
  await rows?.close();
  await stack?.stop();
});

interface Way {
  kind: string;
  /** What is uploaded for it. */
  file: () => Promise<string>;
  commit: string;
  upload: string;
  /** A story shows no text. */
  text?: '';
}

const ways: Record<string, Way> = {
  video: { kind: 'feed', file: () => page.uploadFile(film('wide')), commit: 'videoFinish', upload: 'videoTransfer' },
  reel: { kind: 'reel', file: () => page.uploadFile(film('upright')), commit: 'reelFinish', upload: 'reelUpload' },
  'video story': {
    ...{ kind: 'story', file: () => page.uploadFile(film('upright')), text: '' },
    ...{ commit: 'videoStoryFinish', upload: 'videoStoryUpload' },
  },
  'photo story': { kind: 'story', file: () => page.upload(), text: '', commit: 'photoStory', upload: 'uploadPhoto' },
};

const schedule = async ({ kind, file, text }: Way) => {
  const post = await page.schedule({
    kind,
    media: [{ id: await file() }],
    ...(text === undefined ? {} : { text: null }),
  });
  return post;
};

/** How often something became visible, in all. */
const publications = async () =>
  (await stack.simulator.truth<Truth>()).posts.reduce((sum, { publications }) => sum + publications, 0);

describe.each(Object.entries(ways))('a %s', (_name, way) => {
  test('is published once, and has an address', async () => {
    const before = await publications();
    const post = await schedule(way);
    await page.becomes(post, 'published');
    expect(await publications()).toBe(before + 1);
    const address = await eventually(async () => (await page.target(post)).permalink, { what: 'the address' });
    expect((await fetch(address)).status, address).toBe(200);
  });

  test.each([{ then: 'dropAnswer' }, { then: 'errorButDone' }, { then: 'badRequestButDone' }, { then: 'resetBefore' }])(
    'is published once when $then is what its commit meets',
    async (fault) => {
      const before = await publications();
      await stack.simulator.fault({ call: way.commit, ...fault });
      const post = await schedule(way);
      await page.becomes(post, 'published');
      expect(await publications()).toBe(before + 1);
    },
  );

  test('is sent on when its upload breaks off', async () => {
    const before = await publications();
    await stack.simulator.fault({ call: way.upload, then: 'resetMidUpload' });
    const post = await schedule(way);
    await page.becomes(post, 'published');
    expect(await publications()).toBe(before + 1);
  });
});

const processed = ['video', 'reel', 'video story'] as const;

describe.each(processed)('a %s that Facebook cannot process', (name) => {
  const way = ways[name] as Way;

  // As in the example of Meta's documentation, and as in its table.
  test.each(['message', 'status'])('has failed, in words, where its %s tells of it', async (processingError) => {
    await stack.simulator.switches({ processingError });
    await stack.simulator.fault({ call: way.commit, then: 'processingError' });
    const post = await schedule(way);
    const { reason } = await page.becomes(post, 'failed');
    expect(reason).toContain('could not process the video');
  });

  test('is sent anew when it is tried again, and published once', async () => {
    const before = await publications();
    const known = new Set((await videos()).map(({ id }) => id));
    await stack.simulator.fault({ call: way.commit, then: 'processingError' });
    const post = await schedule(way);
    const { id } = await page.becomes(post, 'failed');
    // Its claim is given back just after that.
    await eventually(
      async () => (await stack.member.post(`/v1/targets/${id}/resolve`, { choice: 'retry' })).status === 200,
      { what: 'the retry to be taken' },
    );
    await page.becomes(post, 'published');
    expect(await publications()).toBe(before + 1);
    const own = (await videos()).filter((video) => !known.has(video.id));
    expect(own.map(({ finishCalls, publications }) => [finishCalls, publications])).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });
});

describe.each(['reel', 'video story'])('a %s that Facebook goes on processing', (name) => {
  const way = ways[name] as Way;
  const processing = async () => {
    const known = new Set((await videos()).map(({ id }) => id));
    await stack.simulator.fault({ call: way.commit, then: 'slowProcessing', delayMs: 24 * 3_600_000 });
    const post = await schedule(way);
    await eventually(async () => (await page.target(post)).reason?.includes('is processing it'), {
      what: 'Facebook to be at work',
    });
    const [video] = (await videos()).filter(({ id }) => !known.has(id));
    return { post, video };
  };

  test('for a day is left to a person, with a warning that it may still appear', async () => {
    const { post } = await processing();
    await rows.claimedEarlier(post.targets[0].id, 24 * 60 * factor);
    const { reason, choices } = await page.becomes(post, 'held');
    expect(reason).toContain('may show it yet');
    expect(choices).toEqual(['live', 'publishAgain']);
  });

  test('and that somebody deletes meanwhile is said to be gone', async () => {
    const { post, video } = await processing();
    await stack.simulator.ask('DELETE', `/sim/videos/${video?.id}`, {});
    expect((await page.becomes(post, 'held')).reason).toContain('is no longer there');
  });
});

const videos = async () => (await stack.simulator.truth<{ videos: TrueVideo[] }>()).videos;
