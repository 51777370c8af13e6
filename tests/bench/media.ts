import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { S3Program } from '../stack/s3-program.ts';
import { startS3 } from '../stack/s3-server.ts';
import { type Servers, useServers } from '../stack/servers.ts';
import setup from '../stack/setup.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import type { Bench } from './run.ts';

const fileBytes = 1_073_741_824;
const partBytes = 1_048_576;
const rangesAtOnce = 8;

/** How much memory of the API a file of 1 GiB takes as it goes up and comes down, in a folder and in a bucket. */
export const bench: Bench = async (say) => {
  const servers = new Map<string, unknown>();
  const stop = await setup({ provide: (name, value) => void servers.set(name, value) });
  try {
    useServers(Object.fromEntries(servers) as unknown as Servers);
    say('1 GiB into a folder …');
    const folder = await measure({});
    const program = servers.get('s3Program') as S3Program;
    if (!program.ok) return { bytes: fileBytes, folder, bucket: program.why };
    say('1 GiB into a bucket …');
    const s3 = await startS3(program);
    try {
      const { bucket, endpoint, credentials } = s3.place;
      const env = {
        ...{ S3_BUCKET: bucket, S3_ENDPOINT: String(endpoint), S3_FORCE_PATH_STYLE: 'true' },
        ...{ S3_ACCESS_KEY_ID: credentials.accessKeyId, S3_SECRET_ACCESS_KEY: credentials.secretAccessKey },
      };
      return { bytes: fileBytes, folder, bucket: await measure(env) };
    } finally {
      await s3.stop();
    }
  } finally {
    await stop();
  }
};

async function measure(env: Record<string, string>) {
  const stack = await startStack({ start: ['api'], env });
  try {
    // The first ones load code; that is not what is measured.
    for (let i = 0; i < 3; i += 1) await upload(stack, video(200_000, i));
    const up = await peakOf(stack, () => upload(stack, video(fileBytes, 3)));
    const url = up.result.url;
    const down = await peakOf(stack, () => drain(url));
    const ranges = Array.from(
      { length: rangesAtOnce },
      (_, i) => `bytes=${i * 100_000_000}-${(i + 1) * 100_000_000 - 1}`,
    );
    const pieces = await peakOf(stack, () => Promise.all(ranges.map((range) => drain(url, { range }))));
    return { upload: up.figures, fetch: down.figures, rangesAtOnce: pieces.figures };
  } finally {
    await stack.stop();
  }
}

/** A video of a few seconds with a box after it that players skip, and no other file has. */
async function* video(bytes: number, seed: number): AsyncGenerator<Buffer> {
  const sample = readFileSync(new URL('../media/samples/upright.mp4', import.meta.url));
  yield sample;
  const header = Buffer.alloc(16);
  header.writeUInt32BE(bytes - sample.length);
  header.write('free', 4);
  header.writeUInt32BE(seed, 8);
  yield header;
  for (let left = bytes - sample.length - header.length; left > 0; left -= partBytes)
    yield Buffer.alloc(Math.min(left, partBytes), left % 251);
}

async function upload(stack: Stack, content: AsyncGenerator<Buffer>): Promise<{ url: string }> {
  const key = await apiKey(stack);
  const answer = await fetch(`${stack.urls.api}/v1/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: Readable.toWeb(Readable.from(content)),
    duplex: 'half',
  } as unknown as RequestInit);
  if (!answer.ok) throw new Error(`The upload was refused: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { url: string };
}

const keys = new WeakMap<Stack, string>();
async function apiKey(stack: Stack): Promise<string> {
  const known = keys.get(stack);
  if (known) return known;
  const { body } = await stack.member.post<{ secret: string }>('/v1/api-keys', { name: 'Bench', role: 'editor' });
  keys.set(stack, body.secret);
  return body.secret;
}

async function drain(url: string, headers: Record<string, string> = {}): Promise<void> {
  const answer = await fetch(url, { headers });
  for await (const _ of answer.body ?? []);
}

/** The most that the API had in memory meanwhile, above what it had before. Linux only. */
async function peakOf<T>(stack: Stack, work: () => Promise<T>) {
  const process = `/proc/${stack.processes.pid('api')}`;
  // Sets the peak back to what is in use now.
  writeFileSync(`${process}/clear_refs`, '5');
  const before = peakMiB(process);
  const began = performance.now();
  const result = await work();
  const seconds = (performance.now() - began) / 1_000;
  const growth = peakMiB(process) - before;
  return { result, figures: { seconds: Number(seconds.toFixed(1)), peakRssGrowthMiB: Math.round(growth) } };
}

const peakMiB = (process: string) =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`${process}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
