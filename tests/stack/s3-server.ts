import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { inject } from 'vitest';
import type { S3Place } from '../../db/media/s3-store.ts';
import { plainEnv, startChild } from '../../deploy/local/child.ts';
import { untilHealthy } from '../../deploy/local/healthy.ts';
import { Watchdog } from '../../deploy/local/watchdog.ts';
import { freePort } from './free-port.ts';
import type { S3Program } from './s3-program.ts';

const startWithinMs = 120_000;
const stopWithinMs = 5_000;

export interface S3Server {
  place: Required<S3Place> & { credentials: { accessKeyId: string; secretAccessKey: string } };
  client: S3Client;
  stop(): Promise<void>;
}

/** An S3 server with one empty bucket. */
export async function startS3(program: S3Program = inject('s3Program')): Promise<S3Server> {
  if (!program.ok) throw new Error(program.why);
  const folder = mkdtempSync(join(tmpdir(), 'quixess-s3-'));
  const [data, sidecar] = [join(folder, 'data'), join(folder, 'sidecar')];
  for (const made of [data, sidecar]) mkdirSync(made);
  const watchdog = new Watchdog(folder);
  watchdog.remove(folder);
  const port = await freePort();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test-secret' };
  const child = await startChild(
    {
      name: 's3',
      command: program.path,
      args: ['--quiet', '--port', `127.0.0.1:${port}`, '--health', '/health', 'posix', '--sidecar', sidecar, data],
      env: {
        ...plainEnv(),
        ROOT_ACCESS_KEY_ID: credentials.accessKeyId,
        ROOT_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
      logFile: join(folder, 's3.log'),
    },
    watchdog,
  );
  const stop = async () => {
    await child.stop(stopWithinMs);
    await watchdog.close();
  };
  let ended = false;
  void child.ended.then(() => {
    ended = true;
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilHealthy(`${endpoint}/health`, startWithinMs, () => ended).catch(async (cause) => {
    await stop();
    throw cause;
  });
  const place = { bucket: 'media', region: 'us-east-1', endpoint, forcePathStyle: true, credentials };
  const client = new S3Client(place);
  await client.send(new CreateBucketCommand({ Bucket: place.bucket }));
  return {
    place,
    client,
    stop: async () => {
      client.destroy();
      await stop();
    },
  };
}
