import type { Readable } from 'node:stream';
import { Pool } from 'undici';
import { graphVersion } from '../../meta/version.ts';
import { failureFrom, type GraphFailure, noAnswer } from './failure.ts';
import { ruploadOrigin } from './hosts.ts';
import type { Headers } from './usage.ts';

/** A video that is sent to Meta: of a Page, or of a container of Instagram's. */
export interface Upload {
  to: 'video-upload' | 'ig-api-upload';
  /** Meta's id of the video, or of the container. */
  id: string;
  token: string;
}

/** What is sent of it in one call: all from `offset` on. */
export interface Sending extends Upload {
  fileBytes: number;
  offset: number;
  bytes: Readable;
  signal?: AbortSignal;
}

const uploadsAtMost = 32;

export const openUploads = (graphUrl: string): Pool =>
  new Pool(ruploadOrigin(graphUrl), {
    connections: uploadsAtMost,
    connect: { minVersion: 'TLSv1.2', timeout: 10_000 },
  });

type Answer<T> = { ok: true; data: T } | { ok: false; failure: GraphFailure };

/** What was answered, with the headers that say how near a limit is. */
interface Answered<T> {
  answer: Answer<T>;
  headers: Headers;
}

const silence: Answered<never> = { answer: { ok: false, failure: noAnswer() }, headers: {} };

/** What a slow line still sends. Slower than that, the call is given up, and the next one goes on from where it came to. */
const bytesASecondAtLeast = 100_000;
const answerWithinMs = 60_000;

/**
 * Sends a video from where the last attempt came to. The address is made of the id here: one that an answer names is never called.
 * (Reels Publishing, "Upload the video", and Resumable Uploads of Instagram; read 2026-09-11.)
 */
export async function send(pool: Pool, sending: Sending, proof: string): Promise<Answered<unknown>> {
  const { bytes, offset, fileBytes, signal } = sending;
  const restBytes = fileBytes - offset;
  const timeout = AbortSignal.timeout(answerWithinMs + Math.ceil(restBytes / bytesASecondAtLeast) * 1_000);
  try {
    const { statusCode, headers, body } = await pool.request({
      method: 'POST',
      path: pathOf(sending, proof),
      headers: {
        ...headersOf(sending),
        offset: String(offset),
        file_size: String(fileBytes),
        'content-type': 'application/octet-stream',
        'content-length': String(restBytes),
      },
      body: bytes,
      headersTimeout: 0,
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
    });
    return { answer: understood(statusCode, await body.text(), headers), headers };
  } catch {
    // Whatever broke, broke between us and Meta; its error could quote the request.
    return silence;
  } finally {
    bytes.destroy();
  }
}

/** How many bytes of it are there. */
export async function offsetOf(pool: Pool, upload: Upload, proof: string): Promise<Answered<number>> {
  try {
    const signal = AbortSignal.timeout(answerWithinMs);
    const path = pathOf(upload, proof);
    const { statusCode, headers, body } = await pool.request({
      method: 'GET',
      path,
      headers: headersOf(upload),
      signal,
    });
    return { answer: offsetIn(understood(statusCode, await body.text(), headers)), headers };
  } catch {
    return silence;
  }
}

function offsetIn(said: Answer<unknown>): Answer<number> {
  if (!said.ok) return said;
  // Which of the two names it has is not documented.
  const { offset, file_offset = offset } = said.data as { offset?: unknown; file_offset?: unknown };
  const bytes = Number(file_offset);
  return Number.isSafeInteger(bytes) && bytes >= 0 ? { ok: true, data: bytes } : { ok: false, failure: noAnswer() };
}

/** Apps that require it refuse a call of a server without the proof of its token, whatever the host. (Secure Graph API Calls, 2026-09-11.) */
const pathOf = ({ to, id }: Upload, proof: string) => `/${to}/${graphVersion}/${id}?appsecret_proof=${proof}`;
const headersOf = ({ token }: Upload) => ({ accept: 'application/json', authorization: `OAuth ${token}` });

function understood(httpStatus: number, text: string, headers: Headers): Answer<unknown> {
  const data = objectIn(text);
  if (!data) return { ok: false, failure: noAnswer(httpStatus) };
  if ('error' in data) return { ok: false, failure: failureFrom(httpStatus, data.error, headers) };
  if ('debug_info' in data) return { ok: false, failure: refusal(httpStatus, data.debug_info) };
  return httpStatus >= 200 && httpStatus <= 299 ? { ok: true, data } : { ok: false, failure: noAnswer(httpStatus) };
}

/** The refusals of rupload have an envelope of their own, which says whether another try may help. */
function refusal(httpStatus: number, debugInfo: unknown): GraphFailure {
  const { retriable } = (debugInfo ?? {}) as { retriable?: unknown };
  const passes = retriable === true || httpStatus >= 500;
  return {
    kind: 'refused',
    reaction: passes ? 'retry' : 'permanent',
    commit: 'refused',
    httpStatus,
    words: passes ? 'Meta has not got the whole video yet. It is sent on.' : 'Meta does not accept the video.',
  };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const data: unknown = JSON.parse(text);
    return data !== null && typeof data === 'object' ? (data as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // a proxy's page, a cut answer: whatever it is, it is no answer of Meta's
  }
}
