import { tmpdir } from 'node:os';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { isOutage } from '../../api/http/errors.ts';
import { mediaKey } from '../../db/media/store.ts';
import { DecisionTooSlow } from '../../db/tenant/targets/decide.ts';
import { startBucket } from '../media/bucket.ts';

const key = mediaKey(v7(), Buffer.alloc(32));
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test.each([
  [500, true],
  [503, true],
  [429, true],
  [403, false],
])('a bucket that answers with %d: a passing fault is %s', async (status, passing) => {
  const { media } = await startBucket(tmpdir(), status);
  expect(isOutage(await failure(media.delete(key)))).toBe(passing);
});

test('a bucket that stays silent is a passing fault', async () => {
  const { place } = await startBucket(tmpdir());
  const client = new S3Client({ ...place, maxAttempts: 1, requestHandler: { socketTimeout: 50 } });
  const error = await failure(client.send(new GetObjectCommand({ Bucket: place.bucket, Key: key })));
  client.destroy();
  expect(error).toMatchObject({ name: 'TimeoutError' });
  expect(isOutage(error)).toBe(true);
});

test('a decision that took too long twice is a passing fault', () => {
  expect(isOutage(new DecisionTooSlow())).toBe(true);
});
