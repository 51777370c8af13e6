import { join } from 'node:path';
import { type Config, readConfig } from '../config.ts';
import { environments } from '../local/environments.ts';
import { intakePublicKey } from '../local/intake-key.ts';
import { localKeys } from '../local/keys.ts';
import { lockHolder } from '../local/lock.ts';
import { readSettings } from '../local/settings.ts';
import { exits, OpsFailure } from './command.ts';

/**
 * The configuration of the deployment that is meant: what the environment says, and where a local stack runs, what that
 * made for itself.
 * @throws ConfigError, or OpsFailure where there is neither
 */
export async function opsConfig(env: Record<string, string | undefined>): Promise<Config<'ops'>> {
  const settings = readSettings(env);
  if (lockHolder(join(settings.dir, 'launcher.lock'))) {
    const keys = localKeys(settings.dir);
    return readConfig('ops', environments(settings, keys, await intakePublicKey(settings, keys['master-key'])).ops);
  }
  if (settings.own.postgres)
    throw new OpsFailure(
      exits.wrongConfiguration,
      'No local stack runs here, and the environment names no other one: DATABASE_URL is not set.',
      'Start it (npm start), or give this command the environment of worker and setup (README, Configuration).',
    );
  return readConfig('ops', settings.given);
}
