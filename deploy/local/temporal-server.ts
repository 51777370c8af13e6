import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Command, plainEnv } from './child.ts';

/** Those of workflows/search-attributes.ts, whose import would cost the launcher the whole SDK; a test compares. */
export const searchAttributeNames = ['TenantId', 'ConnectionId', 'State', 'Platform'];

/**
 * How the dev server is started. Without the two pragmas it does 13 small workflows a second, with them 88; fairness between
 * tenants is off by default.
 */
export function temporalCommand(o: {
  cli: string;
  port: number;
  httpPort?: number;
  /** Without one there is no Web UI. */
  uiPort?: number;
  dataFile: string;
  logFile: string;
}): Command {
  const attributes = searchAttributeNames.flatMap((name) => ['--search-attribute', `${name}=Keyword`]);
  return {
    name: 'temporal',
    command: o.cli,
    args: [
      'server',
      'start-dev',
      ...['--ip', '127.0.0.1', '--port', String(o.port)],
      ...(o.httpPort ? ['--http-port', String(o.httpPort)] : []),
      ...(o.uiPort
        ? ['--ui-ip', '127.0.0.1', '--ui-port', String(o.uiPort), '--ui-disable-news-fetch']
        : ['--headless']),
      ...['--db-filename', o.dataFile, '--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'],
      ...attributes,
      ...['--dynamic-config-value', 'matching.enableFairness=true'],
      ...['--dynamic-config-value', 'frontend.enableServerVersionCheck=false'],
      ...['--log-level', 'warn', '--log-format', 'json'],
    ],
    env: plainEnv(),
    logFile: o.logFile,
  };
}

/** The version of the server in this CLI, fit for a file name. */
export async function temporalVersion(cli: string): Promise<string> {
  const { stdout } = await promisify(execFile)(cli, ['--version'], { env: plainEnv() });
  return /Server ([\w.-]+)/.exec(stdout)?.[1] ?? 'unknown';
}

/**
 * Asks through the HTTP port, or the port of the Web UI, which passes such calls on.
 * @throws the last refusal, when the server does not serve in time
 */
export async function untilTemporalServes(httpPort: number, withinMs: number, gaveUp: () => boolean = () => false) {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const refusal = await refusalOf(`http://127.0.0.1:${httpPort}/api/v1/namespaces/default`);
    if (!refusal) return;
    if (Date.now() > deadline || gaveUp()) throw new Error(`Temporal does not serve: ${refusal}`);
    await sleep(50);
  }
}

async function refusalOf(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.ok ? undefined : `HTTP ${answer.status}`;
  } catch (cause) {
    return String((cause as Error).cause ?? cause);
  }
}
