import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import { resumeFetching } from './graph/instagram/contents.ts';
import { type App, openWorld } from './world.ts';

export interface Simulator {
  port: number;
  /** Answers nobody any more, and lets go of the state. */
  close(): Promise<void>;
}

/** Opens the state and the port, on loopback only. Rejects with EADDRINUSE when somebody has the port. */
export async function startSimulator(options: {
  port: number;
  directory: string;
  app: App;
  log: Logger;
}): Promise<Simulator> {
  const world = openWorld(options.app, options.directory, options.log);
  const server = createServer(createApp(world).callback());
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, '127.0.0.1', resolve);
    });
  } catch (error) {
    world.db.close();
    throw error;
  }
  resumeFetching(world);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          world.closed = true;
          world.db.close();
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
