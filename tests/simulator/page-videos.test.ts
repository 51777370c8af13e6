import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { mp4 } from './contents.ts';
import { withFilm } from './film.ts';
import { bakery } from './simulated.ts';

const MIB = 1_024 * 1_024;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

type Meta = Awaited<ReturnType<typeof withFilm>>;

async function transfer(meta: Meta, session: string, offset: number, bytes: Uint8Array<ArrayBuffer>) {
  const body = new FormData();
  body.set('upload_phase', 'transfer');
  body.set('upload_session_id', session);
  body.set('start_offset', String(offset));
  body.set('video_file_chunk', new Blob([bytes]), 'chunk');
  return meta.call('POST', `/v26.0/${bakery}/videos`, { token: meta.token, body });
}

async function upload(meta: Meta, bytes: Uint8Array<ArrayBuffer>) {
  const begun = (await meta.toPage('videos', { upload_phase: 'start', file_size: String(bytes.length) })).body;
  let { start_offset, end_offset } = begun;
  while (start_offset !== end_offset) {
    const chunk = bytes.subarray(Number(start_offset), Number(end_offset));
    ({ start_offset, end_offset } = (await transfer(meta, begun.upload_session_id, Number(start_offset), chunk)).body);
  }
  return begun as { video_id: string; upload_session_id: string };
}

test('a video comes piece by piece, and is seen as a post when it has been processed', async () => {
  await using meta = await withFilm();
  const bytes = mp4({ width: 1_920, height: 1_080, seconds: 300, bytes: 17 * MIB });
  const { video_id, upload_session_id } = await upload(meta, bytes);
  const finish = { upload_phase: 'finish', upload_session_id, title: 'Oven', description: 'Five o’clock' };
  expect((await meta.toPage('videos', finish)).body).toEqual({ success: true });
  const { post_id } = await meta.read(video_id);
  expect(await meta.live()).toMatchObject([{ id: post_id, kind: 'video', message: 'Five o’clock', videoId: video_id }]);
  expect((await meta.truth()).videos).toMatchObject([{ sha256: sha256(bytes), title: 'Oven', publications: 1 }]);
  expect((await meta.get(`/${bakery}/videos`, meta.token, { fields: 'id,length' })).body.data).toEqual([
    { id: video_id, length: 300 },
  ]);
});

test('a piece that was not asked for is refused with the one that is', async () => {
  await using meta = await withFilm();
  const bytes = mp4({ bytes: 100_000 });
  const { upload_session_id } = (await meta.toPage('videos', { upload_phase: 'start', file_size: '100000' })).body;
  expect((await transfer(meta, upload_session_id, 0, bytes.subarray(0, 30_000))).body).toEqual({
    start_offset: '30000',
    end_offset: '100000',
  });
  for (const [offset, piece] of [
    [0, bytes.subarray(0, 30_000)],
    [30_000, bytes],
  ] as const)
    expect((await transfer(meta, upload_session_id, offset, piece)).body.error).toMatchObject({
      ...{ code: 6001, error_subcode: 1_363_037, error_data: { start_offset: '30000', end_offset: '100000' } },
    });
  const early = await meta.toPage('videos', { upload_phase: 'finish', upload_session_id });
  expect(early.body.error).toMatchObject({ code: 6000 });
  const unknown = await meta.toPage('videos', { upload_phase: 'finish', upload_session_id: '1' });
  expect(unknown.body.error).toMatchObject({ code: 6001 });
});

test.for([
  ['duplicate', 2, 200],
  ['success', 1, 200],
  ['error', 1, 400],
] as const)(
  'a second finish of a video can be answered by %s, and the truth counts %i',
  async ([how, count, status]) => {
    await using meta = await withFilm();
    await meta.switch({ finishVideoAgain: how });
    const { upload_session_id } = await upload(meta, mp4());
    await meta.toPage('videos', { upload_phase: 'finish', upload_session_id });
    expect((await meta.toPage('videos', { upload_phase: 'finish', upload_session_id })).status).toBe(status);
    expect(await meta.live()).toHaveLength(count);
  },
);

test('a video that is not to be published is seen by nobody', async () => {
  await using meta = await withFilm();
  const { video_id, upload_session_id } = await upload(meta, mp4());
  await meta.toPage('videos', { upload_phase: 'finish', upload_session_id, published: 'false' });
  expect(await meta.read(video_id)).toMatchObject({ published: false, status: { video_status: 'ready' } });
  expect(await meta.live()).toEqual([]);
});
