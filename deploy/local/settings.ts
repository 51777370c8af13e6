import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, readConfig } from '../config.ts';
import { readDotenv } from './dotenv.ts';
import type { PortWish } from './ports.ts';

/** The project's root folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Settings {
  /** Folder of data, keys and logs. */
  dir: string;
  /** What was said in the environment or `.env`; the environment wins. */
  given: Record<string, string | undefined>;
  local: Config<'local'>;
  /** What this start brings up itself; the other parts are elsewhere, by a variable that names them. */
  own: { postgres: boolean; temporal: boolean; simulator: boolean };
}

/** @throws ConfigError that names file and line, or the variable */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const given = { ...readDotenv(resolve(root, '.env')), ...env };
  const local = readConfig('local', given);
  const named = (variable: string) => Boolean(given[variable] || given[`${variable}_FILE`]);
  return {
    dir: resolve(root, local.LOCAL_DIR),
    given,
    local,
    own: {
      postgres: !named('DATABASE_URL'),
      temporal: !named('TEMPORAL_ADDRESS'),
      simulator: !named('META_GRAPH_URL'),
    },
  };
}

/** The ports this start needs for itself. */
export function portWishes({ local, own }: Settings): PortWish[] {
  const wish = (variable: PortVariable, what: string) => ({ port: local[variable], what, variable });
  return [
    ...(own.postgres ? [wish('POSTGRES_PORT', 'PostgreSQL')] : []),
    ...(own.temporal ? [wish('TEMPORAL_PORT', 'Temporal'), wish('TEMPORAL_UI_PORT', 'the Temporal Web UI')] : []),
    ...(own.simulator ? [wish('SIMULATOR_PORT', 'the Graph simulator')] : []),
    wish('API_PORT', 'the API'),
    wish('WORKER_PORT', 'the worker'),
  ];
}

type PortVariable = Extract<keyof Config<'local'>, `${string}_PORT`>;
