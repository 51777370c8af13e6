import { databaseOf } from '../../db/admin.ts';
import type { ControlLogin, ControlPlan } from '../../db/control/create.ts';
import { type Config, ConfigError } from '../config.ts';

const addresses = ['DATABASE_URL', 'API_DATABASE_URL', 'WORKER_DATABASE_URL'] as const;

/**
 * What the three addresses say about each other.
 * @throws ConfigError
 */
export function planControl(config: Config<'setup'>): ControlPlan {
  const unreadable = addresses.filter((name) => !decodes(config[name]));
  if (unreadable.length)
    throw new ConfigError(
      unreadable.map((name) => `${name} is wrong: a "%" in its user or password must be written "%25".`),
    );
  const [api, worker] = [config.API_DATABASE_URL, config.WORKER_DATABASE_URL].map(loginOf) as [
    ControlLogin,
    ControlLogin,
  ];
  const provisioner = decodeURIComponent(new URL(config.DATABASE_URL).username);
  const database = databaseOf(config.API_DATABASE_URL);
  const problems = [
    !database && 'API_DATABASE_URL is wrong: it must name the control database, as in postgres://…/quixess_control.',
    databaseOf(config.WORKER_DATABASE_URL) !== database &&
      'WORKER_DATABASE_URL is wrong: it must name the same database as API_DATABASE_URL.',
    database === databaseOf(config.DATABASE_URL) &&
      'DATABASE_URL is wrong: it must name another database than the control database, "postgres" for example.',
    !(api.user && api.password) && 'API_DATABASE_URL is wrong: it must have a user and a password.',
    !(worker.user && worker.password) && 'WORKER_DATABASE_URL is wrong: it must have a user and a password.',
    new Set([api.user, worker.user, provisioner]).size < 3 &&
      'DATABASE_URL, API_DATABASE_URL and WORKER_DATABASE_URL must each have a user of its own.',
  ].filter((problem) => problem !== false);
  if (problems.length) throw new ConfigError(problems);
  return { provisionerUrl: config.DATABASE_URL, database, api, worker };
}

function decodes(url: string): boolean {
  try {
    return decodeURIComponent(new URL(url).href) !== '';
  } catch {
    return false;
  }
}

function loginOf(url: string): ControlLogin {
  const { username, password } = new URL(url);
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}
