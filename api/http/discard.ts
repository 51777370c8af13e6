import type { IncomingMessage } from 'node:http';

const DISCARD_MAX_BYTES = 64 * 1024 * 1024;
const DISCARD_MAX_MS = 3_000;

/**
 * Reads what is left of a request's body into nothing, within bounds, so that a client that is still writing gets to read the
 * refusal: a connection that is closed on unread data is reset, and the answer lost with it.
 */
export async function discard(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return;
  await new Promise<void>((resolve) => {
    let bytes = 0;
    const over = () => {
      clearTimeout(timer);
      request.off('data', count).off('end', over).off('close', over).off('error', over);
      resolve();
    };
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > DISCARD_MAX_BYTES) over();
    };
    const timer = setTimeout(over, DISCARD_MAX_MS);
    request.on('data', count).on('end', over).on('close', over).on('error', over);
    request.resume();
  });
}
