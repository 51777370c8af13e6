import { type Servers, useServers } from '../stack/servers.ts';
import setup from '../stack/setup.ts';

/** Runs `work` with a PostgreSQL and a Temporal of its own, as the tests have them, and stops both whatever happens. */
export async function withServers<T>(work: () => Promise<T>, wishes: { library?: string } = {}): Promise<T> {
  const servers = new Map<string, unknown>();
  const stop = await setup({ provide: (name, value) => void servers.set(name, value) }, wishes);
  try {
    useServers(Object.fromEntries(servers) as unknown as Servers);
    return await work();
  } finally {
    await stop();
  }
}
