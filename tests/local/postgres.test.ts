import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../../deploy/local/child.ts';
import { identity } from '../../deploy/local/pid.ts';
import { makeCluster, postgresCommand, superuserUrl, untilPostgresAnswers } from '../../deploy/local/postgres.ts';
import { endPostgresLeftovers } from '../../deploy/local/postgres-leftovers.ts';
import { postgresPlace } from '../../deploy/local/postgres-place.ts';
import { Watchdog } from '../../deploy/local/watchdog.ts';
import { freePort } from '../stack/free-port.ts';
import { freshFolders } from './folders.ts';

const folder = freshFolders();

async function cluster() {
  const dir = folder();
  const place = postgresPlace(dir);
  const port = await freePort();
  const watchdog = new Watchdog(dir);
  onTestFinished(() => watchdog.close());
  await makeCluster(place, 'secret');
  const logFile = join(dir, 'postgres.log');
  const start = async () => {
    const command = postgresCommand(place, { port, logFile, durable: true, maxConnections: 20 });
    const child = await startChild(command, watchdog);
    await untilPostgresAnswers(superuserUrl(port, 'secret'), 120_000);
    return child;
  };
  return { place, url: superuserUrl(port, 'secret'), start };
}

async function connect(url: string): Promise<{ client: pg.Client; pid: number }> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return { client, pid: rows[0]?.pid ?? 0 };
}

test('after a kill -9 of PostgreSQL whose processes linger the next start finds what was committed', async () => {
  const { place, url, start } = await cluster();
  const killed = await start();
  const { client, pid } = await connect(url);
  await client.query('create table kept as select 42 as answer');
  // A process that cannot notice that its server is gone, as on a busy machine.
  process.kill(pid, 'SIGSTOP');
  killed.kill('SIGKILL');
  await killed.ended;

  await endPostgresLeftovers(place.data, 300);
  expect(identity(pid)).toBeUndefined();
  const again = await start();
  const other = await connect(url);
  expect((await other.client.query('select answer from kept')).rows).toEqual([{ answer: 42 }]);
  await other.client.end();
  await again.stop(5_000);
});

test('a server whose launcher is gone is ended before the next one starts', async () => {
  const { place, start } = await cluster();
  const orphan = await start();
  await endPostgresLeftovers(place.data);
  expect(await orphan.ended).toEqual({ code: 0, signal: null });
  await (await start()).stop(5_000);
});

test('a pid file whose number belongs to another process now does not stop the start', async () => {
  const { place, start } = await cluster();
  const first = await start();
  const file = join(place.data, 'postmaster.pid');
  const pidFile = readFileSync(file, 'utf8');
  first.kill('SIGKILL');
  await first.ended;
  writeFileSync(file, pidFile.replace(/^\d+/, String(process.ppid)));
  await endPostgresLeftovers(place.data);
  expect(identity(process.ppid)).toBeDefined();
  await (await start()).stop(5_000);
});
