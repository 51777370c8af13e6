import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cached } from '../../deploy/local/cache.ts';
import { endLeftovers, noteProcesses } from '../../deploy/local/leftovers.ts';
import { lockHolder, takeLock } from '../../deploy/local/lock.ts';
import { identity } from '../../deploy/local/pid.ts';
import { freshFolders } from './folders.ts';

const folder = freshFolders();

test('a lock is had once, and again after its release', () => {
  const path = join(folder(), 'lock');
  const first = takeLock(path);
  expect(first.taken).toBe(true);
  expect(takeLock(path)).toMatchObject({ taken: false, holder: { pid: process.pid } });
  if (first.taken) first.release();
  expect(takeLock(path).taken).toBe(true);
});

test.for([
  ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, identity: 'any' })],
  ['whose number another process has now', JSON.stringify({ pid: process.pid, identity: 'of another' })],
  ['that is not whole', '{"pid":'],
])('a lock %s does not count', ([, content]) => {
  const path = join(folder(), 'lock');
  writeFileSync(path, content ?? '');
  expect(lockHolder(path)).toBeUndefined();
  expect(takeLock(path).taken).toBe(true);
  expect(readdirSync(join(path, '..'))).toEqual(['lock']);
});

test('of many processes that find a stale lock one gets it', async () => {
  const path = join(folder(), 'lock');
  writeFileSync(path, JSON.stringify({ pid: 2 ** 22 + 1, identity: 'any' }));
  const module = fileURLToPath(new URL('../../deploy/local/lock.ts', import.meta.url));
  const script = `const { takeLock } = await import(${JSON.stringify(module)});
    console.log(takeLock(${JSON.stringify(path)}).taken);
    process.stdin.resume().on('end', () => process.exit());`;
  const contenders = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const said = contenders.map(
    ({ stdout }) => new Promise((resolve) => stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))),
  );
  expect((await Promise.all(said)).sort()).toEqual(['false', 'false', 'false', 'false', 'false', 'true']);
  for (const { stdin } of contenders) stdin.end();
});

test('what several ask for at once is made once, and seen only when whole', async () => {
  const path = join(folder(), 'made');
  let times = 0;
  const make = async (to: string) => {
    times += 1;
    writeFileSync(to, 'half');
    expect(readdirSync(join(path, '..'))).not.toContain('made');
    writeFileSync(to, 'whole');
  };
  const say = () => undefined;
  const paths = await Promise.all([cached(path, make, say), cached(path, make, say), cached(path, make, say)]);
  expect(paths).toEqual([path, path, path]);
  expect({ times, content: readFileSync(path, 'utf8') }).toEqual({ times: 1, content: 'whole' });
});

test('what could not be made leaves nothing behind, and can be tried again', async () => {
  const path = join(folder(), 'made');
  const fail = async (to: string) => {
    writeFileSync(to, 'half');
    throw new Error('no space');
  };
  await expect(cached(path, fail, () => undefined)).rejects.toThrow('no space');
  expect(readdirSync(join(path, '..'))).toEqual([]);
});

test('what a killed start left running is ended by the next one, and nothing else is', async () => {
  const dir = folder();
  const [left, other] = [spawn('sleep', ['600']), spawn('sleep', ['600'])];
  noteProcesses(dir, { api: left.pid ?? 0 });
  const noted = JSON.parse(readFileSync(join(dir, 'processes.json'), 'utf8')) as { pid: number }[];
  // The other one's number stands there too, but for a process that had it before.
  writeFileSync(
    join(dir, 'processes.json'),
    JSON.stringify([...noted, { name: 'worker', pid: other.pid, identity: 'x' }]),
  );
  const said: string[] = [];
  await endLeftovers(dir, (line) => void said.push(line));
  expect(said).toEqual([expect.stringContaining(`api (${left.pid})`)]);
  expect(identity(left.pid ?? 0)).toBeUndefined();
  expect(identity(other.pid ?? 0)).toBeDefined();
  other.kill();
});
