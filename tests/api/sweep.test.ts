import { existsSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { keepSwept } from '../../api/media/sweep.ts';
import { eventually } from '../stack/eventually.ts';
import { startApi } from './api.ts';
import { images } from './seed.ts';

const hourMs = 3_600_000;
async function* bytes() {
  yield images.png;
}

test('what an API with a bucket left half received on its own disk is deleted at its start and every hour, and nothing younger', async () => {
  const api = await startApi({ S3_BUCKET: 'media', S3_ENDPOINT: 'http://127.0.0.1:1', S3_FORCE_PATH_STYLE: true });
  onTestFinished(() => api.stop());
  const received = async (hoursAgo: number) => {
    const { path } = await api.parts.media.receive(bytes());
    const at = new Date(Date.now() - hoursAgo * hourMs);
    await utimes(path, at, at);
    return path;
  };
  const [old, young] = [await received(25), await received(23)];

  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const stop = keepSwept(api.parts);
  await eventually(() => !existsSync(old), { what: 'the old one to be deleted at the start' });
  const next = await received(25);
  vi.advanceTimersByTime(hourMs);
  await eventually(() => !existsSync(next), { what: 'the next one to be deleted within the hour' });
  expect(existsSync(young)).toBe(true);
  stop();
  expect(vi.getTimerCount()).toBe(0);
});
