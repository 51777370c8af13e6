import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range from which the kernel takes ports for outgoing connections, so that none of those can grab it first.
const from = 20_000;
const perWorker = 2_000;
const workers = 6;

/** Test files that run at once draw from ranges of their own: a port is not taken at once by whoever it was drawn for. */
const first = from + (Number(process.env.VITEST_POOL_ID ?? 0) % workers) * perWorker;
const drawn = new Set<number>();

/** A port that nobody listens on, and that was not given out here before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(first, first + perWorker);
    if (drawn.has(port)) continue;
    drawn.add(port);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
