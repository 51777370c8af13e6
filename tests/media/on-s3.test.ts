import { readFileSync } from 'node:fs';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { type Api, type Person, startApi } from '../api/api.ts';
import { type S3Server, startS3 } from '../stack/s3-server.ts';

const sample = readFileSync(new URL('samples/upright.mp4', import.meta.url));

let s3: S3Server;
let api: Api;
let editor: Person;
let tenant: string;
beforeAll(async () => {
  s3 = await startS3();
  const { bucket, endpoint, credentials } = s3.place;
  api = await startApi({
    S3_BUCKET: bucket,
    S3_ENDPOINT: endpoint,
    S3_ACCESS_KEY_ID: credentials.accessKeyId,
    S3_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    S3_FORCE_PATH_STYLE: true,
  });
  tenant = await api.fresh.tenant();
  editor = await api.person(tenant, 'editor');
});
afterAll(async () => {
  await api?.stop();
  await s3?.stop();
});

test('with a bucket configured a video goes there, is described, and is fetched from there in pieces', async () => {
  const { status, body } = await editor.client.post<{ url: string }>('/v1/media', sample);
  expect([status, body]).toEqual([
    201,
    expect.objectContaining({
      ...{ contentType: 'video/mp4', bytes: sample.length, width: 90, height: 160, durationMs: 3_200, frameRate: 30 },
      ...{ videoCodec: 'h264', audioCodec: 'aac', audioChannels: 2, audioSampleRateHz: 48_000, moovFirst: true },
      conversions: [],
    }),
  ]);
  const { Contents = [] } = await s3.client.send(
    new ListObjectsV2Command({ Bucket: s3.place.bucket, Prefix: `${tenant}/` }),
  );
  expect(Contents.map(({ Size }) => Size)).toEqual([sample.length]);

  const whole = await fetch(body.url);
  expect(whole.headers.get('content-type')).toBe('video/mp4');
  expect(Buffer.from(await whole.arrayBuffer()).equals(sample)).toBe(true);
  const piece = await fetch(body.url, { headers: { range: 'bytes=4-7' } });
  expect([piece.status, await piece.text()]).toEqual([206, 'ftyp']);
  const head = await fetch(body.url, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, String(sample.length)]);
});

test('a bucket that does not answer is a passing fault, of which no other part is blamed', async () => {
  const elsewhere = await startApi({
    S3_BUCKET: 'media',
    S3_ENDPOINT: 'http://127.0.0.1:1',
    S3_FORCE_PATH_STYLE: true,
    S3_ACCESS_KEY_ID: 'x',
    S3_SECRET_ACCESS_KEY: 'y',
  });
  const person = await elsewhere.person(await elsewhere.fresh.tenant(), 'editor');
  const { status, headers, body } = await person.client.post<Problem>('/v1/media', sample);
  expect([status, headers.get('retry-after')]).toEqual([503, '5']);
  expect(body.detail).not.toContain('database');
  await elsewhere.stop();
});
