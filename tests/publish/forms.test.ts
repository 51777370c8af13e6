import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Content } from '../../activities/publish/content.ts';
import { hashOf } from '../../activities/publish/content.ts';
import type { Form, Made, Making } from '../../activities/publish/forms/form.ts';
import { publisherOf } from '../../activities/publish/forms/publishers.ts';
import { type Call, refusal, type Said, scriptedMeta } from './meta.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const fileBytes = 1_000;
let meta: Awaited<ReturnType<typeof scriptedMeta>>;

beforeAll(async () => {
  meta = await scriptedMeta();
});
afterAll(() => meta.close());

const image = { id: 'i', sha256: Buffer.from('image'), contentType: 'image/jpeg', bytes: fileBytes, position: 0 };
const video = { id: 'v', sha256: Buffer.from('video'), contentType: 'video/mp4', bytes: fileBytes, position: 0 };

function contentOf(form: Form, media: object[], more: { text?: string | null; options?: object } = {}): Content {
  const row = { account: 'a', accountMetaId: '17', platform: 'facebook', text: more.text ?? null, link: null };
  const hash = hashOf([row.text, JSON.stringify(more.options ?? {})]);
  return { row, media, options: more.options ?? {}, cover: undefined, form, hash } as unknown as Content;
}

const publisher = (form: Form) => {
  const found = publisherOf(form);
  if (!found) throw new Error(`There is no ${form}`);
  return found;
};

interface Attempt {
  form: Form;
  media: object;
  /** What an earlier attempt noted, and how long ago it began. */
  begun?: { agoMs: number; progress?: Record<string, string | boolean> };
  triesBefore?: number;
}

/** Makes the first piece of a post, and what was noted of it and read of its file. */
async function make({ form, media, begun, triesBefore = 0 }: Attempt, answers: (call: Call) => Said) {
  meta.answers(answers);
  const noted: unknown[] = [];
  const read: number[] = [];
  const content = contentOf(form, [media]);
  const making = {
    graph: meta.graph,
    token: 'EAAtoken',
    tenant: 't',
    content,
    piece: publisher(form).pieces(content)[0],
    laid: [],
    triesBefore,
    ...(begun ? { begun: { metaId: '9', progress: { since: Date.now() - begun.agoMs, ...begun.progress } } } : {}),
    note: async (...said: unknown[]) => void noted.push(said),
    sent: async () => ({ id: 'i' }),
    addressOf: () => 'https://example.com/i.jpg',
    files: {
      read: async (_key: string, { start, end = fileBytes - 1 }: { start: number; end?: number }) => {
        read.push(start);
        return Readable.from([Buffer.alloc(end - start + 1)]);
      },
    },
    signal: new AbortController().signal,
  } as unknown as Making;
  return { made: (await publisher(form).make(making)) as Made, noted, read };
}

describe('a container on Instagram', () => {
  const status = (status_code: string, detail?: string) => (call: Call) =>
    call.method === 'GET' ? { status_code, status: detail } : { id: '9' };
  const asked = { form: 'instagram-image', media: image, begun: { agoMs: minuteMs } } as const;
  const ofVideo = { form: 'instagram-reel', media: video } as const;
  const sent = (agoMs: number) => ({ agoMs, progress: { sent: true } });

  test.each(['FINISHED', 'PUBLISHED'])('that is %s is ready', async (said) => {
    expect((await make(asked, status(said))).made).toEqual({ is: 'ready', metaId: '9' });
  });

  test.each([
    ['an image', { ...asked, begun: { agoMs: 14 * minuteMs } }, 'not-yet'],
    ['an image', { ...asked, begun: { agoMs: 16 * minuteMs } }, 'begin-anew'],
    ['a video', { ...ofVideo, begun: sent(2.9 * hourMs) }, 'not-yet'],
    ['a video', { ...ofVideo, begun: sent(3.1 * hourMs) }, 'begin-anew'],
  ] as const)('of %s that is at work since %j is then %s', async (_, attempt, is) => {
    expect((await make(attempt, status('IN_PROGRESS'))).made).toMatchObject({ is });
  });

  test.each([
    ['has expired', status('EXPIRED')],
    ['has failed by a passing fault', status('ERROR', 'Error: 2207053')],
    ['has failed by a fault that nobody knows', status('ERROR', 'Something went wrong')],
  ])('that %s is begun anew, and given up at the fourth', async (_, answers) => {
    for (const triesBefore of [0, 1, 2])
      expect((await make({ ...asked, triesBefore }, answers)).made).toMatchObject({ is: 'begin-anew' });
    const { made } = await make({ ...asked, triesBefore: 3 }, answers);
    expect(made).toMatchObject({ is: 'failed', failure: { reaction: 'permanent' } });
    expect(JSON.stringify(made)).toContain('several times');
  });

  test('whose media can never be taken has failed at once', async () => {
    const { made } = await make(asked, status('ERROR', 'Error: Media upload has failed with error code 2207026'));
    expect(made).toMatchObject({ is: 'failed', failure: { reaction: 'permanent', subcode: 2207026 } });
    expect(JSON.stringify(made)).not.toContain('several times');
  });

  test.each([
    [100, 33],
    [24, 2207006],
    [24, 2207008],
  ])('that is not shown (%i/%i) is waited for at first, and begun anew when it must be lost', async (code, subcode) => {
    const unseen = () => refusal(code, subcode);
    expect((await make({ ...asked, begun: { agoMs: minuteMs } }, unseen)).made).toMatchObject({ is: 'not-yet' });
    // Of what was noted before its beginning was, nobody knows how old it is.
    for (const agoMs of [3 * minuteMs, Number.NaN])
      expect((await make({ ...asked, begun: { agoMs } }, unseen)).made).toMatchObject({ is: 'begin-anew' });
  });

  test('that cannot be read for now is neither begun anew nor given up', async () => {
    const { made } = await make(asked, () => refusal(2, 0));
    expect(made).toMatchObject({ is: 'failed', failure: { reaction: 'retry' } });
  });

  test('of a video is noted before the film is sent, and again when it has been', async () => {
    const { made, noted, read } = await make(ofVideo, status('FINISHED'));
    expect(made).toEqual({ is: 'ready', metaId: '9' });
    const since = { since: expect.any(Number) };
    expect(noted).toEqual([
      ['9', since],
      ['9', { ...since, sent: true }],
    ]);
    expect(read).toEqual([0]);
    expect(meta.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /17/media',
      'POST /ig-api-upload/9',
      'GET /9',
    ]);
  });

  test('of a video that has been sent is not sent again', async () => {
    const { read } = await make({ ...ofVideo, begun: sent(minuteMs) }, status('IN_PROGRESS'));
    expect([read, meta.calls.length]).toEqual([[], 1]);
  });

  test('whose place for the film is gone is begun anew', async () => {
    const { made } = await make({ ...ofVideo, begun: { agoMs: minuteMs } }, () => refusal(100, 33));
    expect(made).toMatchObject({ is: 'begin-anew' });
  });
});

describe('a film that was sent in part', () => {
  const uploads = [
    { form: 'instagram-reel', to: '/ig-api-upload/9' },
    { form: 'page-reel', to: '/video-upload/9' },
    { form: 'page-video-story', to: '/video-upload/9' },
  ] as const;
  const done = { status_code: 'FINISHED', status: { uploading_phase: { status: 'complete' } } };
  const there = (offset: number) => (call: Call) =>
    call.path.includes('upload/') ? { offset, success: true } : { ...done, id: '9' };

  test.each(uploads)('goes on from there, and the rest alone is sent: $form', async ({ form, to }) => {
    const { made, read } = await make({ form, media: video, begun: { agoMs: minuteMs } }, there(300));
    expect(made).toEqual({ is: 'ready', metaId: '9' });
    expect(read).toEqual([300]);
    const [sending] = meta.calls.filter(({ method, path }) => method === 'POST' && path === to);
    expect(sending).toMatchObject({ headers: { offset: '300', file_size: String(fileBytes) }, bodyBytes: 700 });
  });

  test.each(uploads)('and has arrived after all is not sent again: $form', async ({ form }) => {
    const { made, read } = await make({ form, media: video, begun: { agoMs: minuteMs } }, there(fileBytes));
    expect([made, read]).toEqual([{ is: 'ready', metaId: '9' }, []]);
  });

  // Meta has spelled it in two ways.
  test.each([
    [{ bytes_transfered: 400 }, 400],
    [{ bytes_transferred: '400' }, 400],
    [{}, 0],
  ])('in chunks goes on with what has arrived: %j', async (phase, from) => {
    const begun = { agoMs: minuteMs, progress: { session: '77' } };
    const { made, read } = await make({ form: 'page-video', media: video, begun }, ({ method }) =>
      method === 'GET'
        ? { status: { uploading_phase: { status: 'in_progress', ...phase } } }
        : { start_offset: String(fileBytes) },
    );
    expect([made, read]).toEqual([{ is: 'ready', metaId: '9' }, [from]]);
  });

  test('in chunks to a session that Meta shows not yet is waited for, and begun anew when it must be lost', async () => {
    const begun = (agoMs: number) => ({ agoMs, progress: { session: '77' } });
    const attempt = { form: 'page-video', media: video } as const;
    const gone = () => refusal(100, 33);
    expect((await make({ ...attempt, begun: begun(minuteMs) }, gone)).made).toMatchObject({ is: 'not-yet' });
    expect((await make({ ...attempt, begun: begun(3 * minuteMs) }, gone)).made).toMatchObject({ is: 'begin-anew' });
  });

  test('in chunks, of which Meta says no number, is asked about again', async () => {
    const begun = { agoMs: minuteMs, progress: { session: '77' } };
    const { made, read } = await make({ form: 'page-video', media: video, begun }, () => ({
      status: { uploading_phase: { bytes_transfered: 'many' } },
    }));
    expect([made, read]).toMatchObject([{ is: 'failed', failure: { kind: 'no-answer' } }, []]);
  });

  test('in chunks, of which one does not come further, is not sent for ever', async () => {
    const answers = ({ method }: Call) =>
      method === 'GET' ? {} : { video_id: '9', upload_session_id: '77', start_offset: '0' };
    const { made, noted } = await make({ form: 'page-video', media: video }, answers);
    expect(made).toMatchObject({ is: 'failed', failure: { kind: 'no-answer' } });
    expect(meta.calls.length).toBe(2);
    // The next attempt goes on with the same session.
    expect(noted).toEqual([['9', { session: '77', since: expect.any(Number) }]]);
  });
});

describe('a reel of a Page', () => {
  const upload = (status: object) => (call: Call) =>
    call.path.includes('upload/') ? { success: true } : call.method === 'GET' ? { status } : { video_id: '9' };
  const attempt = { form: 'page-reel', media: video } as const;

  test('that has not arrived as a whole is asked about again, by the id that was noted', async () => {
    const { made, noted } = await make(attempt, upload({ uploading_phase: { status: 'in_progress' } }));
    expect(made).toMatchObject({ is: 'not-yet' });
    expect(noted).toEqual([['9', { since: expect.any(Number) }]]);
  });

  test('that is not shown is waited for at first, and begun anew when it must be lost', async () => {
    const gone = (call: Call) => (call.path.includes('upload/') ? { offset: fileBytes } : refusal(100, 33));
    expect((await make({ ...attempt, begun: { agoMs: minuteMs } }, gone)).made).toMatchObject({ is: 'not-yet' });
    expect((await make({ ...attempt, begun: { agoMs: 3 * minuteMs } }, gone)).made).toMatchObject({ is: 'begin-anew' });
  });

  test.each([{ video_status: 'expired' }, { video_status: 'upload_failed' }, { uploading_phase: { status: 'error' } }])(
    'whose upload came to nothing (%j) is sent anew, and given up at the fourth',
    async (status) => {
      for (const triesBefore of [0, 1, 2])
        expect((await make({ ...attempt, triesBefore }, upload(status))).made).toMatchObject({ is: 'begin-anew' });
      const { made } = await make({ ...attempt, triesBefore: 3 }, upload(status));
      expect(made).toMatchObject({ is: 'failed', failure: { reaction: 'permanent' } });
    },
  );

  test.each([
    { processing_phase: { status: 'error' } },
    { processing_phase: { status: 'not_started', error: { message: 'No' } }, uploading_phase: { status: 'complete' } },
  ])('that Facebook cannot process (%j) has failed for good, in words', async (status) => {
    const { made } = await make(attempt, upload(status));
    expect(made).toMatchObject({ is: 'failed', failure: { reaction: 'permanent' } });
    expect(JSON.stringify(made)).toContain('could not process');
  });

  test('without an id is begun anew by itself, since nobody knows what was begun', async () => {
    const { made, noted } = await make(attempt, () => ({}));
    expect([made, noted]).toMatchObject([{ is: 'failed', failure: { kind: 'no-answer' } }, []]);
  });
});

describe('what a look says', () => {
  const look = async (form: Form, answers: (call: Call) => Said, text: string | null = null) => {
    meta.answers(answers);
    const content = contentOf(form, [image], { text });
    const at = { graph: meta.graph, token: 'EAAtoken', content, subject: '9', committedAt: new Date() };
    return publisher(form).look(at);
  };
  const video = (status: object, more: object = {}) => look('page-reel', () => ({ status, ...more }));

  test.each([
    ['PUBLISHED', 'live'],
    ['FINISHED', 'not-live'],
    ['EXPIRED', 'not-live'],
    ['ERROR', 'not-live'],
    ['IN_PROGRESS', 'no-answer'],
    ['SOMETHING_NEW', 'no-answer'],
  ])('of a container that is %s: %s', async (status_code, seen) => {
    expect(await look('instagram-image', () => ({ status_code }))).toMatchObject({ seen });
  });

  test('of a container that is not there: nothing', async () => {
    expect(await look('instagram-image', () => refusal(100, 33))).toMatchObject({ seen: 'no-answer' });
  });

  test.each([
    [{ publishing_phase: { status: 'complete', publish_status: 'published' } }, 'live'],
    [{ publishing_phase: { status: 'completed' } }, 'live'],
    [{ publishing_phase: { status: 'complete', publish_status: 'draft' } }, 'not-live'],
    [{ publishing_phase: { status: 'not_started' } }, 'not-live'],
    [{ publishing_phase: { status: 'in_progress' } }, 'processing'],
    [{ processing_phase: { status: 'in_progress' } }, 'processing'],
    [{ processing_phase: { status: 'error' } }, 'failed'],
    [{ publishing_phase: { publish_status: 'error' } }, 'failed'],
    [{ publishing_phase: { status: 'not_started', error: { message: 'No' } } }, 'failed'],
    [{ uploading_phase: { status: 'error' } }, 'failed'],
    [{ video_status: 'error' }, 'failed'],
    [{ video_status: 'expired' }, 'failed'],
    [{ video_status: 'upload_failed' }, 'failed'],
    [{ video_status: 'upload_complete' }, 'not-live'],
    [{ video_status: 'error', publishing_phase: { status: 'complete', publish_status: 'published' } }, 'live'],
  ])('of a video of which %j is told: %s', async (status, seen) => {
    expect(await video(status)).toMatchObject({ seen });
  });

  test('of a video that Meta documents as an example of a processing error: that it has failed', async () => {
    const example = {
      video_status: 'processing',
      uploading_phase: { status: 'complete' },
      processing_phase: { status: 'not_started', error: { message: 'Resolution too low.' } },
      publishing_phase: { status: 'not_started' },
    };
    expect(await video(example)).toMatchObject({ seen: 'failed', failure: { reaction: 'permanent' } });
  });

  test('of a video of which no phase is told, what it says itself', async () => {
    expect(await video({}, { published: true })).toMatchObject({ seen: 'live', metaId: '9' });
    expect(await video({}, { published: false })).toMatchObject({ seen: 'not-live' });
    expect(await video({ publishing_phase: { status: 'not_started' } }, { published: true })).toMatchObject({
      seen: 'not-live',
    });
  });

  test('of a video names its post, with the Page before it', async () => {
    const live = { publishing_phase: { status: 'complete' } };
    expect(await video(live, { post_id: '55' })).toMatchObject({ metaId: '17_55' });
    expect(await video(live, { post_id: '17_55' })).toMatchObject({ metaId: '17_55' });
  });

  test('of a story is what the list of stories shows of just this photo', async () => {
    const stories = (...data: object[]) => look('page-photo-story', () => ({ data }));
    expect(await stories({ media_id: '8', post_id: '1' })).toEqual({ seen: 'not-live' });
    const found = { seen: 'live', metaId: '2', permalink: 'https://s' };
    expect(await stories({ media_id: '8' }, { media_id: '9', post_id: '2', url: 'https://s' })).toEqual(found);
    expect(await look('page-photo-story', () => ({}))).toEqual({ seen: 'no-answer' });
    const dead = await look('page-photo-story', () => refusal(190, 460));
    expect(dead).toMatchObject({ seen: 'no-answer', failure: { reaction: 'reauthorize' } });
  });

  test('of a story that is a video is believed of the list, whatever the video says', async () => {
    const answers = ({ path }: Call) =>
      path.endsWith('/stories') ? { data: [{ media_id: '9', post_id: '2' }] } : { status: {} };
    expect(await look('page-video-story', answers)).toEqual({ seen: 'live', metaId: '2' });
  });
});

describe('which media a published container became', () => {
  const committedAt = new Date();
  const at = (ms: number) => new Date(committedAt.getTime() + ms).toISOString();
  const like = { id: '1', caption: 'Words', media_product_type: 'FEED', media_type: 'IMAGE', timestamp: at(1_000) };
  const bind = async (listed: object[], { form = 'instagram-image' as Form, ours = [] as string[] } = {}) => {
    meta.answers(() => ({ data: listed }));
    const content = contentOf(form, [image], { text: 'Words' });
    const call = { graph: meta.graph, token: 'EAAtoken', content, subject: '9', committedAt };
    return publisher(form).bindPublished?.({ ...call, ours: async () => new Set(ours) });
  };

  test('is the only one of its kind and words', async () => {
    const others = [
      { ...like, id: '2', caption: 'Other words' },
      { ...like, id: '3', media_type: 'CAROUSEL_ALBUM' },
      { ...like, id: '4', media_product_type: 'REELS' },
      { ...like, id: '5', timestamp: at(-61_000) },
      { ...like, id: '6', timestamp: 'once' },
    ];
    expect(await bind([...others, { ...like, permalink: 'https://p' }])).toEqual({
      ...{ is: 'bound', metaId: '1', permalink: 'https://p' },
    });
    expect(await bind(others)).toEqual({ is: 'no-answer' });
  });

  test('may have been made by a clock that is a minute behind', async () => {
    expect(await bind([{ ...like, timestamp: at(-59_000) }])).toMatchObject({ is: 'bound' });
  });

  test('is nobody’s guess where there are two, but not where one is ours already', async () => {
    const two = [like, { ...like, id: '2' }];
    expect(await bind(two)).toEqual({ is: 'none' });
    expect(await bind(two, { ours: ['1'] })).toMatchObject({ is: 'bound', metaId: '2' });
    expect(await bind(two, { ours: ['1', '2'] })).toEqual({ is: 'no-answer' });
  });

  test.each([
    ['instagram-carousel', { media_product_type: 'FEED', media_type: 'CAROUSEL_ALBUM' }],
    ['instagram-reel', { media_product_type: 'REELS', media_type: 'VIDEO' }],
  ] as const)('is for a %s of its kind, too', async (form, kind) => {
    const image = { ...like, id: '2' };
    expect(await bind([image, { ...like, ...kind }], { form })).toMatchObject({ is: 'bound', metaId: '1' });
    expect(await bind([image], { form })).toEqual({ is: 'no-answer' });
  });

  test('is for a story among the stories, which show no words', async () => {
    const story = { id: '1', media_product_type: 'STORY', timestamp: at(0) };
    expect(await bind([story], { form: 'instagram-story' })).toMatchObject({ is: 'bound', metaId: '1' });
    expect(meta.calls[0]?.path).toBe('/17/stories');
    expect(await bind([{ ...story, media_product_type: 'FEED' }], { form: 'instagram-story' })).toEqual({
      is: 'no-answer',
    });
  });
});

describe('after an edit only what became different is made anew', () => {
  const hashes = (form: Form, more: { text?: string; options?: object }, media: object[] = [image]) =>
    publisher(form)
      .pieces(contentOf(form, media, more))
      .map(({ hash }) => hash.toString('hex'));
  const changed = (form: Form, before: object, after: object, media?: object[]) => {
    const [one, other] = [hashes(form, before, media), hashes(form, after, media)];
    return one.map((hash, index) => hash !== other[index]);
  };
  const words = [{ text: 'One' }, { text: 'Other' }] as const;

  test.each([
    ['page-post', [image], [false, true]],
    ['page-photo-story', [image], [false]],
    ['page-reel', [video], [false]],
    ['page-video', [video], [false]],
    ['page-video-story', [video], [false]],
    ['instagram-image', [image], [true]],
    ['instagram-reel', [video], [true]],
    ['instagram-carousel', [image, { ...image, position: 1 }], [false, false, true]],
  ] as const)('other words of a %s', (form, media, anew) => {
    expect(changed(form, ...words, [...media])).toEqual(anew);
  });

  test('other tags in a carousel: the image that they are on, and the carousel', () => {
    const tags = (username: string) => ({ options: { userTags: [{ username, x: 0, y: 0, position: 1 }] } });
    const media = [image, { ...image, position: 1 }];
    expect(changed('instagram-carousel', tags('anna'), tags('ben'), media)).toEqual([false, true, true]);
  });

  test('a reel and a story of the same film are other uploads', () => {
    expect(hashes('page-reel', {}, [video])).not.toEqual(hashes('page-video-story', {}, [video]));
  });
});
