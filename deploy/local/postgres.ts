import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { CannotStart } from './cannot-start.ts';
import { type Command, plainEnv } from './child.ts';
import { giveTo, type PostgresPlace } from './postgres-place.ts';
import { run } from './programs.ts';

export const provisioner = 'quixess_provisioner';
const superuser = 'postgres';

/** Makes the cluster where there is none. A half-made one, left by a kill, is begun again. */
export async function makeCluster(place: PostgresPlace, superuserPassword: string): Promise<void> {
  if (existsSync(join(place.data, 'PG_VERSION'))) return;
  const unfinished = `${place.data}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  giveTo(place.user, unfinished, 0o700);
  await initdb(place, unfinished, superuserPassword);
  renameSync(unfinished, place.data);
}

async function initdb(place: PostgresPlace, folder: string, password: string): Promise<void> {
  const passwordFile = `${folder}.password`;
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  giveTo(place.user, passwordFile, 0o600);
  try {
    const args = [
      ...[`--pgdata=${folder}`, `--username=${superuser}`, `--pwfile=${passwordFile}`],
      ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'],
    ];
    const made = await run(join(place.programs, 'bin', 'initdb'), args, { ...runAs(place), cwd: '/', env: plainEnv() });
    if (!made.ok) throw new CannotStart(`initdb failed: ${made.why}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

const runAs = ({ user }: PostgresPlace) => (user ? { user: { uid: user.uid, gid: user.gid } } : {});

/** How the server is started: small, since the whole local stack should stay under 700 MiB. */
export function postgresCommand(
  place: PostgresPlace,
  o: { port: number; logFile: string; durable: boolean; maxConnections: number; library?: string | undefined },
): Command {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: o.maxConnections,
    shared_buffers: '32MB',
    max_wal_size: '256MB',
    jit: 'off',
    autovacuum_max_workers: 1,
    max_parallel_workers_per_gather: 0,
    io_method: 'sync',
    ...(o.library && { shared_preload_libraries: o.library }),
    ...(!o.durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return {
    name: 'postgres',
    command: join(place.programs, 'bin', 'postgres'),
    args: [
      '-D',
      place.data,
      '-p',
      String(o.port),
      ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`]),
    ],
    env: plainEnv(),
    cwd: '/',
    logFile: o.logFile,
    // "Fast": clients are disconnected, what is committed is kept.
    stopSignal: 'SIGINT',
    ...runAs(place),
  };
}

export const superuserUrl = (port: number, password: string) =>
  `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`;

export const provisionerUrl = (port: number, password: string) =>
  `postgres://${provisioner}:${password}@127.0.0.1:${port}/postgres`;

/** @throws the last refusal, when the server does not answer in time */
export async function untilPostgresAnswers(url: string, withinMs: number, gaveUp: () => boolean = () => false) {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (cause) {
      if (Date.now() > deadline || gaveUp()) throw cause;
      await sleep(50);
    }
  }
}

/** The one login the stack uses: makes databases and roles, is no superuser. Nobody else may connect where they have no business. */
export async function makeProvisioner(superuser: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuser });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [provisioner]);
    if (!rowCount) await client.query(`create role ${provisioner} login createdb createrole`);
    await client.query(`alter role ${provisioner} password ${pg.escapeLiteral(password)}`);
    await client.query(`alter role ${provisioner} set createrole_self_grant = 'set, inherit'`);
    await client.query('revoke connect on database postgres, template1 from public');
    await client.query(`grant connect on database postgres to ${provisioner}`);
  } finally {
    await client.end();
  }
}
