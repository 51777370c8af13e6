import { createServer } from 'node:http';
import { createApp } from './app.ts';
import type { Parts } from './parts.ts';

/** Time to send the largest file over a slow line; one that has gone quiet is ended by whoever reads it. */
const REQUEST_WITHIN_MS = 2 * 3_600_000;
/** Longer than what stands in front usually keeps a connection (a minute): it would send a request on one that is just being closed. */
const KEEP_ALIVE_MS = 75_000;

/**
 * Serves until told to stop. Stopping accepts nobody new, lets what is under way finish within its time, then cuts what is left.
 * @throws what the operating system says when it does not let us listen
 */
export async function listen(parts: Parts, host: string, port: number): Promise<(withinMs: number) => Promise<void>> {
  const app = createApp(parts);
  let stopping = false;
  const handle = app.callback();
  const server = createServer(
    { requestTimeout: REQUEST_WITHIN_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      // A kept-alive connection would otherwise be asked again after its present answer.
      if (stopping) response.setHeader('connection', 'close');
      void handle(request, response);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return async (withinMs) => {
    stopping = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const cut = setTimeout(() => server.closeAllConnections(), withinMs);
    await closed;
    clearTimeout(cut);
  };
}
