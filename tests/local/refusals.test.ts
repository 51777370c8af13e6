import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { launch, ownStack } from '../stack/launch.ts';
import { cloneIn } from './clone.ts';
import { freshFolders } from './folders.ts';

const folder = freshFolders();
const clone = cloneIn(folder(), 0o755);
const dotenv = join(clone, '.env');

afterEach(() => rmSync(dotenv, { force: true }));

async function refusal(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const launched = launch(env, { clone });
  onTestFinished(() => void launched.process.kill('SIGKILL'));
  const { code } = await launched.exit;
  expect(launched.stdout()).toBe('');
  return { code, said: launched.stderr() };
}

test.for([
  ['API_PORT 4000', 'line 1: this is not NAME=value'],
  ['# a comment\n\nAPI_PROT=4000', 'line 3: API_PROT is not a variable of this project; is API_PORT meant?'],
  ['LOG_LEVEL=info\nMETA_APP_SECRET="abc', 'line 2: the quote " is never closed'],
])('a bad line in .env is refused by file and line: %s', async ([content, expected]) => {
  writeFileSync(dotenv, `${content}\n`);
  const { code, said } = await refusal(await ownStack(folder()));
  expect({ code, said }).toEqual({ code: 78, said: expect.stringContaining(`${dotenv}, ${expected}`) });
});

test.for([
  ['API_PORT=none', 'API_PORT is wrong'],
  ['DATABASE_URL=mysql://somewhere', 'DATABASE_URL is wrong: must be a postgres:// URL'],
  ['META_GRAPH_URL=https://graph.facebook.com', 'META_APP_ID is missing'],
  ['MASTER_KEY=too-short-to-be-a-key', 'MASTER_KEY is wrong: must be 32 bytes in base64'],
])('a wrong value is refused by the name of its variable, and is not repeated: %s', async ([line, expected]) => {
  writeFileSync(dotenv, `${line}\n`);
  const { API_PORT: _, ...env } = await ownStack(folder());
  const { code, said } = await refusal(env);
  expect({ code, said }).toEqual({ code: 78, said: expect.stringContaining(expected ?? '') });
  expect(said).not.toContain('too-short');
});

test.for([
  ['npm start', 'start.js', '--json'],
  ['npm run reset', 'reset.js', '--yes'],
  ['npm run demo', 'demo.ts', '--json and --api …'],
])('%s is told which flags it has where it is given another', async ([script, file, flags]) => {
  const launched = launch({ LOCAL_DIR: folder() }, { script: file ?? '', args: ['--bogus'], clone });
  expect(await launched.exit).toEqual({ code: 2, signal: null });
  expect(launched.stderr()).toBe(`Unknown option '--bogus'.\nNext: ${script} takes ${flags}, and nothing else.\n`);
  expect(launched.stdout()).toBe('');
});

test('a taken port is named, with who has it and the variable that changes it', async () => {
  const env = await ownStack(folder());
  const taken = await listen(Number(env.TEMPORAL_UI_PORT));
  const { code, said } = await refusal(env);
  taken.close();
  expect(code).toBe(1);
  expect(said).toContain(`Port ${env.TEMPORAL_UI_PORT} is taken by process ${process.pid} (`);
  expect(said).toContain('choose another for the Temporal Web UI with TEMPORAL_UI_PORT=');
  const twice = await refusal({ ...env, API_PORT: env.WORKER_PORT ?? '' });
  expect(twice.said).toContain('is wanted twice, for the API (API_PORT) and the worker (WORKER_PORT)');
});

test('a part that cannot start ends the whole, with the last lines of its log', async () => {
  writeFileSync(join(clone, 'simulator', 'main.ts'), "throw new Error('the disk is full');\n");
  const env = await ownStack(folder());
  const { code, said } = await refusal(env);
  expect(code).toBe(1);
  expect(said).toContain('Graph simulator ended at once (exit 1)');
  expect(said).toContain('Error: the disk is full');
});

function listen(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', () => resolve(server));
  });
}
