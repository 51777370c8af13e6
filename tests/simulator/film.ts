import { request } from 'node:http';
import { expect } from 'vitest';
import { mp4 } from './contents.ts';
import { eventually } from './eventually.ts';
import { bakery, type Simulated, simulated } from './simulated.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export const bytesOf = mp4({ bytes: 100_000 });

/** A simulator that processes in no time, and what it takes to upload a film to a Page. */
export async function withFilm() {
  const meta = await simulated();
  await meta.switch({ imageProcessingMs: 0, videoProcessingMs: 0 });
  const token = await meta.pageToken();
  const post = (edge: string, form: Record<string, string>) => meta.post(`/v26.0/${bakery}/${edge}`, token, form);
  const send = (url: string, with_: string, bytes: Bytes, offset = 0, size = bytes.length) =>
    meta.call('POST', url, { body: bytes.subarray(offset), headers: uploadHeaders(with_, offset, size) });
  return Object.assign(meta, {
    token,
    send,
    toPage: post,
    /** `start` and the whole upload. */
    async uploaded(edge: 'video_reels' | 'video_stories', bytes: Bytes = bytesOf): Promise<string> {
      const { video_id, upload_url } = (await post(edge, { upload_phase: 'start' })).body;
      expect((await send(upload_url, token, bytes)).body).toMatchObject({ success: true });
      return video_id;
    },
    finish: (edge: 'video_reels' | 'video_stories', video: string, more: Record<string, string> = {}) =>
      post(edge, {
        upload_phase: 'finish',
        video_id: video,
        ...(edge === 'video_reels' && { video_state: 'PUBLISHED' }),
        ...more,
      }),
    read: async (video: string) =>
      (await meta.get(`/${video}`, token, { fields: 'status,post_id,published,permalink_url' })).body,
  });
}

export const uploadHeaders = (token: string, offset: number, size: number) => ({
  ...{ authorization: `OAuth ${token}`, offset: String(offset), file_size: String(size) },
});

/** Sends only so many bytes of an upload, and hangs up when they have arrived. */
export async function sendAndBreakOff(meta: Simulated, url: string, token: string, bytes: Bytes): Promise<void> {
  const headers = { ...uploadHeaders(token, 0, bytesOf.length), 'content-length': String(bytesOf.length) };
  const sending = request(url, { method: 'POST', headers });
  const gone = new Promise((resolve) => sending.on('error', resolve));
  sending.write(bytes);
  await eventually(async () => (await meta.call('GET', url, { headers })).body.offset).toBe(bytes.length);
  sending.destroy();
  await gone;
}
