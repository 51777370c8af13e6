import { DefaultLogger, makeTelemetryFilterString, type RuntimeOptions } from '@temporalio/worker';
import { type Logger, pino } from 'pino';

export const openLog = (level: string): Logger => pino({ level, base: { process: 'worker' } });

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** What the SDK logs, and its native part's warnings, in the same lines as everything else. Signals are ours to handle. */
export const runtimeOptions = (log: Logger): RuntimeOptions => ({
  logger: new DefaultLogger('INFO', ({ level, message, meta }) => log[levels[level]]({ ...meta }, message)),
  telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) } },
  shutdownSignals: [],
});
