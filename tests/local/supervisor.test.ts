import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { plainEnv } from '../../deploy/local/child.ts';
import { untilHealthy } from '../../deploy/local/healthy.ts';
import type { Part } from '../../deploy/local/part.ts';
import { identity } from '../../deploy/local/pid.ts';
import { Supervisor } from '../../deploy/local/supervisor.ts';
import { Watchdog } from '../../deploy/local/watchdog.ts';
import { eventually } from '../stack/eventually.ts';
import { freePort } from '../stack/free-port.ts';
import { freshFolders } from './folders.ts';

const folder = freshFolders();

const serving = (port: number, then = '') =>
  `require('node:http').createServer((q, a) => { a.end('ok'); ${then} }).listen(${port}, '127.0.0.1');`;

function part(name: string, port: number, script: string): Part {
  const logFile = join(folder(), `${name}.log`);
  return {
    name,
    title: name,
    command: () => ({ name, command: process.execPath, args: ['-e', script], env: plainEnv(), logFile }),
    ready: (gaveUp) => untilHealthy(`http://127.0.0.1:${port}`, 120_000, gaveUp),
  };
}

function supervise() {
  const said: string[] = [];
  const watchdog = new Watchdog('a test');
  const supervisor = new Supervisor({ watchdog, say: (line) => void said.push(line), changed: () => undefined });
  onTestFinished(() => watchdog.close());
  return { said, supervisor };
}

test('a process that does not come up ends the start with the last lines of its log', async () => {
  const { supervisor } = supervise();
  const script = 'for (let line = 1; line <= 40; line++) console.log("line", line); process.exit(3)';
  const start = supervisor.start(part('broken', await freePort(), script));
  const message = await start.then(String, (cause: Error) => cause.message);
  expect(message).toMatch(/^broken ended at once \(exit 3\)\. The end of .*broken\.log:\n/);
  expect(message).toContain('| line 40');
  expect(message).not.toContain('| line 20\n');
});

test('a program that is not there is said as such', async () => {
  const { supervisor } = supervise();
  const missing = part('missing', await freePort(), '');
  const command = async () => ({ ...(await missing.command()), command: '/nowhere/program' });
  await expect(supervisor.start({ ...missing, command })).rejects.toThrow('missing cannot be started: spawn /nowhere');
});

test('a process that dies again and again is waited for longer and longer', async () => {
  const { supervisor, said } = supervise();
  const port = await freePort();
  await supervisor.start(part('frail', port, serving(port, 'setTimeout(() => process.exit(1), 200);')));
  const delays = () => said.flatMap((line) => /died \(exit 1\); .* in ([\d.]+) s/.exec(line)?.[1] ?? []);
  await eventually(() => delays().length >= 3, { what: 'three deaths' });
  expect(delays().slice(0, 3)).toEqual(['0.5', '1', '2']);
  await supervisor.stopAll([['frail']], 2_000);
});

test('a process that does not want to end is killed when its grace is over', async () => {
  const { supervisor } = supervise();
  const port = await freePort();
  await supervisor.start(part('stubborn', port, `process.on('SIGTERM', () => {}); ${serving(port)}`));
  const { stubborn = 0 } = supervisor.pids;
  const began = performance.now();
  await supervisor.stopAll([['stubborn']], 300);
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(identity(stubborn)).toBeUndefined();
});

test('what a process is given is all it sees of the environment', async () => {
  expect(Object.keys(plainEnv({ PATH: '/bin', HOME: '/', MASTER_KEY: 'secret', AWS_TOKEN: 'secret' }))).toEqual([
    'PATH',
    'HOME',
  ]);
});
