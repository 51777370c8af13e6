import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sayJson } from '../ops/say.ts';
import { eventually } from '../stack/eventually.ts';
import { HttpClient } from '../stack/http.ts';
import { type Launched, launch, ownStack, processesOf, read } from '../stack/launch.ts';
import { freshFolders } from './folders.ts';

const folder = freshFolders();
const own = await ownStack(join(folder(), 'data'));
// Written as people write it; what is said of it is the origin.
const env: Record<string, string> = { ...own, PUBLIC_URL: `http://127.0.0.1:${own.API_PORT}/` };
let running: Launched | undefined;

async function start(): Promise<Launched & { json: Awaited<Launched['ready']> }> {
  running = launch(env);
  return Object.assign(running, { json: await running.ready });
}

async function me(api: string, demo: { email: string; password: string }): Promise<unknown> {
  const member = new HttpClient(api);
  await member.logIn(demo.email, demo.password);
  return (await member.get<{ tenant: string }>('/v1/me')).body.tenant;
}

const noneLeft = () =>
  eventually(() => processesOf(env).length === 0, { what: `no process left; left are ${processesOf(env)}` });

afterAll(async () => {
  running?.process.kill('SIGKILL');
  await noneLeft();
});

describe('npm start', () => {
  let tenant: unknown;

  test('says in one line of JSON where everything is, and everything is there', async () => {
    const { json, stdout } = await start();
    expect(stdout().trim().split('\n')).toHaveLength(1);
    expect(json).toMatchObject({
      ready: true,
      api: `http://127.0.0.1:${own.API_PORT}`,
      demo: { email: 'demo@quixess.local' },
      logs: join(env.LOCAL_DIR ?? '', 'logs'),
    });
    expect(Object.keys(json.pids).sort()).toEqual(['api', 'launcher', 'postgres', 'simulator', 'temporal', 'worker']);
    for (const url of [`${json.api}/healthz`, json.docs, json.temporalUi, json.simulator, json.page])
      expect((await fetch(url ?? '')).status, url).toBe(200);
    tenant = await me(json.api, json.demo);
  });

  test('keys and data are readable by their owner only, and the API has no key that opens a token', async () => {
    const { pids } = (await running?.ready) ?? {};
    const folder = join(env.LOCAL_DIR ?? '', 'keys');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777, file).toBe(0o600);
    for (const data of ['logs', 'media', 'postgres', 'simulator', 'temporal'])
      expect(statSync(join(folder, '..', data)).mode & 0o777, data).toBe(0o700);
    const secrets = read(`/proc/${pids?.api}/environ`);
    expect(secrets).toContain('API_DATABASE_URL=');
    expect(secrets).not.toMatch(
      /MASTER_KEY|ROUTE_KEY|META_APP_SECRET|^DATABASE_URL|\0DATABASE_URL|WORKER_DATABASE_URL/,
    );
    expect(read(`/proc/${pids?.simulator}/environ`)).not.toMatch(/DATABASE_URL|MASTER_KEY|CATALOGUE_KEY/);
  });

  test('a second start says that one is running, and a reset is refused', async () => {
    const second = launch(env);
    expect(await second.exit).toEqual({ code: 1, signal: null });
    expect(second.stderr()).toContain(`running already, as process ${running?.process.pid}`);
    const reset = launch(env, { script: 'reset.js', args: ['--yes'] });
    expect((await reset.exit).code).toBe(1);
    expect(reset.stderr()).toContain('stop it first');
  });

  test('the command line of operators finds by itself what runs here', async () => {
    const { code, said } = await sayJson<{ tenants: object[] }>(env, 'tenants');
    expect([code, said.tenants]).toMatchObject([0, [{ id: tenant, name: 'Demo', state: 'active' }]]);
  });

  test('a process that dies is started again, and it is said', async () => {
    const { pids, api, simulator } = (await running?.ready) ?? {};
    for (const name of ['simulator', 'api', 'worker', 'temporal', 'postgres'])
      process.kill(pids?.[name] ?? 0, 'SIGKILL');
    for (const title of ['Graph simulator', 'API', 'Worker', 'Temporal', 'PostgreSQL']) {
      const said = () => running?.stderr().includes(`${title} serves again`);
      await eventually(said, { what: `${title} to serve again` });
      expect(running?.stderr()).toContain(`${title} died (SIGKILL)`);
    }
    for (const url of [`${api}/healthz`, simulator ?? ''])
      await eventually(async () => (await fetch(url)).ok, { what: `${url} to answer` });
  });

  test('SIGTERM ends it within 10 s, with exit code 0, and leaves no process', async () => {
    const began = performance.now();
    running?.process.kill('SIGTERM');
    expect(await running?.exit).toEqual({ code: 0, signal: null });
    // What a busy machine adds.
    expect(performance.now() - began).toBeLessThan(15_000);
    await noneLeft();
  });

  test('a second start finds the data; kill -9 of it leaves no process', async () => {
    const { json, process: launcher } = await start();
    expect(await me(json.api, json.demo)).toBe(tenant);
    launcher.kill('SIGKILL');
    await noneLeft();
  });

  test('after a kill -9 the next start finds the data; SIGTERM to npm ends it', async () => {
    running = launch(env, { npm: true });
    const json = await running.ready;
    expect(await me(json.api, json.demo)).toBe(tenant);
    running.process.kill('SIGTERM');
    await noneLeft();
  });

  test('a reset wipes the data, after asking', async () => {
    const unasked = launch(env, { script: 'reset.js', args: [] });
    expect((await unasked.exit).code).toBe(1);
    expect(unasked.stderr()).toContain('--yes');
    expect(readdirSync(env.LOCAL_DIR ?? '')).toContain('postgres');
    expect((await launch(env, { script: 'reset.js', args: ['--yes'] }).exit).code).toBe(0);
    expect(read(join(env.LOCAL_DIR ?? '', 'keys', 'master-key'))).toBe('');
  });
});
