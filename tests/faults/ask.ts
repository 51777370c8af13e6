import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, HttpClient } from '../stack/http.ts';

const patienceMs = 120_000;
const againAfterMs = 200;

/**
 * Asks the API until it says yes or no, as a good client does: with the same key, for as long as the answer is lost or
 * speaks of something that passes.
 * @throws when there is no answer for so long that nobody would wait on
 */
export async function ask<T>(
  member: HttpClient,
  method: string,
  path: string,
  body?: unknown,
  contentType = 'application/json',
): Promise<Answer<T>> {
  const headers = {
    'idempotency-key': crypto.randomUUID(),
    ...(body !== undefined && { 'content-type': contentType }),
  };
  const deadline = performance.now() + patienceMs;
  let last = 'nothing';
  while (performance.now() < deadline) {
    try {
      const answer = await member.send<T>(method, path, body, headers);
      if (!passes(answer)) return answer;
      last = `${answer.status} ${JSON.stringify(answer.body)}`;
    } catch (cause) {
      // fetch fails with this when there is no answer; anything else is a mistake of ours.
      if (!(cause instanceof TypeError)) throw cause;
      last = String(cause.cause ?? cause);
    }
    await sleep(againAfterMs);
  }
  throw new Error(`${method} ${path} has no answer after ${patienceMs / 1000} s; the last was ${last}`);
}

const passes = ({ status, body }: Answer): boolean =>
  status >= 500 || status === 429 || (status === 409 && /idempotency-busy/.test(JSON.stringify(body)));
