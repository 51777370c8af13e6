import { pino } from 'pino';
import { z } from 'zod';
import { startSimulator } from './start.ts';

/** Known to everybody who has this repository: it protects nothing but an imitation. */
const LOCAL_APP_SECRET = 'simulated-app-secret-of-quixess-social';

const environment = z.object({
  SIMULATOR_PORT: z.coerce.number().int().min(0).max(65_535).default(4100),
  SIMULATOR_DIR: z.string().min(1).default('.local/simulator'),
  SIMULATOR_APP_ID: z.string().regex(/^\d+$/).default('1234567890123456'),
  SIMULATOR_APP_SECRET: z.string().min(1).default(LOCAL_APP_SECRET),
  SIMULATOR_REDIRECT_URIS: z.string().default(''),
  LOG_LEVEL: z.string().default('info'),
});

const BAD_CONFIGURATION = 78;

const read = environment.safeParse(process.env);
if (!read.success) stop(z.prettifyError(read.error), BAD_CONFIGURATION);
const { SIMULATOR_PORT: port, SIMULATOR_DIR: directory, ...rest } = read.data;

const log = pino({ name: 'simulator', level: rest.LOG_LEVEL });
const simulator = await startSimulator({
  port,
  directory,
  log,
  app: {
    id: rest.SIMULATOR_APP_ID,
    name: 'Quixess Social',
    secret: rest.SIMULATOR_APP_SECRET,
    redirectUris: rest.SIMULATOR_REDIRECT_URIS.split(/[\s,]+/).filter(Boolean),
  },
}).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') return stop(`The simulator cannot start in ${directory}: ${error.message}`, 1);
  return stop(`Port ${port} is taken: set SIMULATOR_PORT to another one, or stop what listens there.`, 1);
});

if (port === 0) process.stdout.write(`${JSON.stringify({ port: simulator.port })}\n`);
log.info({ port: simulator.port, directory }, 'the Graph simulator is up');

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, async () => {
    await simulator.close();
    log.info({ signal }, 'the Graph simulator stopped');
    process.exit(0);
  });
}

function stop(sentence: string, code: number): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(code);
}
