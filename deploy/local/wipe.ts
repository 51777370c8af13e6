import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { ConfigError } from '../config.ts';
import { flagsOf } from './flags.ts';
import { lockHolder } from './lock.ts';
import { movedPlace } from './postgres-place.ts';
import { readSettings } from './settings.ts';

/** Only what the stack itself makes is deleted, whatever folder LOCAL_DIR names. */
const ours = /^(keys|logs|media|postgres|simulator|temporal|processes\.json|launcher\.lock)(\..*)?$/;

const flags = flagsOf('npm run reset', { yes: { type: 'boolean' } });

async function reset(dir: string): Promise<number> {
  const holder = lockHolder(join(dir, 'launcher.lock'));
  if (holder) return refuse(`The stack is running, as process ${holder.pid}: stop it first.`);
  const paths = [...ourFiles(dir), movedPlace(dir)].filter(existsSync);
  if (!paths.length) return tell(`There is nothing to delete in ${dir}.`);
  if (!flags.yes && !(await agreed(dir))) return refuse('Nothing was deleted.');
  for (const path of paths) rmSync(path, { recursive: true, force: true });
  if (existsSync(dir) && !readdirSync(dir).length) rmdirSync(dir);
  return tell('Deleted. The next start begins anew.');
}

const ourFiles = (dir: string) =>
  existsSync(dir) ? readdirSync(dir).flatMap((name) => (ours.test(name) ? [join(dir, name)] : [])) : [];

async function agreed(dir: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    console.error('Nobody is there to be asked: --yes says yes.');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`This deletes all local data, posts, keys and logs in ${dir}. Type "yes": `);
  terminal.close();
  return answer.trim().toLowerCase() === 'yes';
}

function tell(line: string): number {
  console.log(line);
  return 0;
}

function refuse(line: string): number {
  console.error(line);
  return 1;
}

try {
  process.exitCode = await reset(readSettings(process.env).dir);
} catch (cause) {
  if (!(cause instanceof ConfigError)) throw cause;
  console.error(cause.message);
  process.exitCode = 78;
}
