import type { IncomingMessage } from 'node:http';

const QUIET_AT_MOST_MS = 60_000;

/**
 * The body as it comes. Whoever stops half-way leaves the connection as it is, so that a refusal can be read; a client that has gone quiet is cut off.
 * @param withinMs one that sends a byte now and then is cut off, too, when it has not come to its end by then
 */
export async function* incomingParts(request: IncomingMessage, withinMs?: number): AsyncGenerator<Buffer> {
  request.setTimeout(QUIET_AT_MOST_MS, () => request.destroy());
  const late = withinMs === undefined ? undefined : setTimeout(() => request.destroy(), withinMs);
  try {
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } finally {
    request.setTimeout(0);
    clearTimeout(late);
  }
}
