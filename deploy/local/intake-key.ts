import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ConfigError } from '../config.ts';
import { variables } from '../variables.ts';
import { plainEnv } from './child.ts';
import type { Key } from './keys.ts';
import type { Settings } from './settings.ts';

/** The public half of the intake key. Derived in a process of its own, so that the launcher need not carry libsodium for ever. */
export async function intakePublicKey({ given }: Settings, key: Key): Promise<string> {
  if (given.INTAKE_PUBLIC_KEY) return given.INTAKE_PUBLIC_KEY;
  const script = fileURLToPath(new URL('intake-key-run.ts', import.meta.url));
  const masterKey = variables.shape.MASTER_KEY.safeParse(
    given.MASTER_KEY || readKey(given.MASTER_KEY_FILE || key.file),
  );
  if (!masterKey.success)
    throw new ConfigError(masterKey.error.issues.map(({ message }) => `MASTER_KEY is wrong: ${message}.`));
  const env = { ...plainEnv(), MASTER_KEY: masterKey.data };
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
  return stdout.trim();
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new ConfigError([
      `MASTER_KEY_FILE names a file that cannot be read (${(cause as NodeJS.ErrnoException).code}).`,
    ]);
  }
}
