import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../world.ts';

/** How Meta's crawler calls itself (Sharing, "Facebook crawlers", 2026-09). */
const USER_AGENT = 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)';
const RANGE_BYTES = 4 * 1_024 * 1_024;

/** Why there is no content: `late` when the other side took too long. */
export type FetchProblem = 'unfetchable' | 'late' | 'too-large';

export type Fetched = { path: string; sha256: string } | FetchProblem;

/**
 * Fetches what an address leads to as Meta does: no redirect, nothing but the kind of media that was announced, a video piece by piece
 * where the server lets it.
 */
export async function fetchMedia(world: World, url: string, wanted: Omit<Wanted, 'signal'>): Promise<Fetched> {
  // Instagram takes addresses of ASCII only (Content Publishing, 2026-09).
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(url) || !URL.canParse(url)) return 'unfetchable';
  const path = join(world.mediaDirectory, `${randomUUID()}.part`);
  const file = await open(path, 'wx');
  const signal = AbortSignal.timeout(world.switches.now.fetchTimeoutMs);
  try {
    const outcome = await download(file, url, { ...wanted, signal });
    if (typeof outcome === 'string') await rm(path, { force: true });
    return typeof outcome === 'string' ? outcome : { path, sha256: outcome.sha256 };
  } catch {
    await rm(path, { force: true });
    return signal.aborted ? 'late' : 'unfetchable';
  } finally {
    await file.close();
  }
}

interface Wanted {
  kind: 'image' | 'video';
  limitBytes: number;
  /** The connection is lost after so many bytes. */
  breakOffAfter?: number;
  signal: AbortSignal;
}

async function download(file: FileHandle, url: string, wanted: Wanted): Promise<{ sha256: string } | FetchProblem> {
  const hash = createHash('sha256');
  let [bytes, total] = [0, Number.POSITIVE_INFINITY];
  while (bytes < total) {
    const answer = await request(url, wanted, bytes);
    const range = rangeOf(answer);
    const ok = answer.status === 200 || (answer.status === 206 && range?.from === bytes);
    if (!ok || !answer.body || !answer.headers.get('content-type')?.startsWith(`${wanted.kind}/`)) {
      await answer.body?.cancel();
      return 'unfetchable';
    }
    // A server that does not know ranges gives everything at once.
    if (answer.status === 200 && bytes > 0) return 'unfetchable';
    const before = bytes;
    for await (const chunk of answer.body) {
      bytes += chunk.length;
      if (bytes > wanted.limitBytes) return 'too-large';
      if (bytes > (wanted.breakOffAfter ?? wanted.limitBytes)) return 'unfetchable';
      hash.update(chunk);
      await file.write(chunk);
    }
    total = range ? range.total : bytes;
    if (bytes === before && bytes < total) return 'unfetchable';
  }
  return { sha256: hash.digest('hex') };
}

function request(url: string, { kind, signal }: Wanted, from: number): Promise<Response> {
  const range = kind === 'video' ? { range: `bytes=${from}-${from + RANGE_BYTES - 1}` } : {};
  return fetch(url, { redirect: 'manual', signal, headers: { 'user-agent': USER_AGENT, accept: '*/*', ...range } });
}

function rangeOf({ status, headers }: Response): { from: number; total: number } | undefined {
  if (status !== 206) return undefined;
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  return from === undefined || total === undefined ? undefined : { from: Number(from), total: Number(total) };
}
