import { type Config, ConfigError, readConfig } from '../deploy/config.ts';
import { listen } from './listen.ts';
import { keepSwept } from './media/sweep.ts';
import { openParts } from './open-parts.ts';
import { keepPresent } from './presence.ts';

const WRONG_CONFIGURATION = 78;
const STOP_WITHIN_MS = 7_500;
const FINISH_WITHIN_MS = 6_000;

const config = configOrExit();
const { parts, close } = openParts(config);
const { log } = parts;

let stop: (withinMs: number) => Promise<void>;
try {
  stop = await listen(parts, config.API_HOST, config.API_PORT);
} catch (error) {
  console.error(whyNot(error as NodeJS.ErrnoException));
  await close();
  process.exit(1);
}
log.info({ port: config.API_PORT }, 'serving');
const leave = keepPresent(parts);
const stopSweeping = keepSwept(parts);

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (!stopping) void shutDown(signal);
  });
}

async function shutDown(signal: string): Promise<void> {
  stopping = true;
  log.info({ signal }, 'stopping: finishing what is under way');
  // Whatever hangs must not keep the process beyond the time it has.
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
  leave();
  stopSweeping();
  await stop(FINISH_WITHIN_MS);
  await close();
  log.info('stopped');
  process.exit(0);
}

function configOrExit(): Config<'api'> {
  try {
    return readConfig('api', process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(WRONG_CONFIGURATION);
  }
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  const where = `${config.API_HOST}:${config.API_PORT}`;
  if (code === 'EADDRINUSE')
    return `Port ${config.API_PORT} is taken: another process listens on ${where}. Stop it, or choose another port with API_PORT.`;
  if (code === 'EACCES') return `The API may not listen on ${where}. Choose a port from 1024 up with API_PORT.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${config.API_HOST} is not an address of this machine. Correct API_HOST.`;
  return `The API cannot listen on ${where}: ${message}`;
}
