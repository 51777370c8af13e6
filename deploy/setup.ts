import { pino } from 'pino';
import { readConfig } from './config.ts';
import { sayWhatIsWrong } from './setup/failure.ts';
import { setUp } from './setup/set-up.ts';

const output = pino.destination({ dest: 1, sync: true });

try {
  const config = readConfig('setup', process.env);
  const log = pino({ name: 'setup', level: config.LOG_LEVEL }, output);
  await setUp(config, { demo: process.argv.includes('--demo'), log });
} catch (cause) {
  process.exitCode = sayWhatIsWrong(cause);
}
