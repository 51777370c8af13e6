import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { v7 } from 'uuid';
import { expect, inject, test } from 'vitest';
import { withDatabase } from '../../db/admin.ts';
import { connectControl } from '../../db/control/connect.ts';
import { verifyPassword } from '../../db/people/password.ts';

const program = fileURLToPath(new URL('../../deploy/setup.ts', import.meta.url));

function deployment() {
  const suffix = randomBytes(6).toString('hex');
  const login = (name: string) => {
    const url = new URL(withDatabase(inject('provisionerUrl'), `quixess_control_${suffix}`));
    url.username = `quixess_${name}_${suffix}`;
    url.password = encodeURIComponent(`${name}-${suffix}/%?`);
    return url.href;
  };
  return {
    DATABASE_URL: inject('provisionerUrl'),
    API_DATABASE_URL: login('api'),
    WORKER_DATABASE_URL: login('worker'),
    MASTER_KEY: randomBytes(32).toString('base64'),
    CATALOGUE_KEY: randomBytes(32).toString('base64'),
  };
}

/** Runs the program as an operating system would. */
async function setup(env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env.PATH ?? '', ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const log =
    stdout.trim() === ''
      ? []
      : stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { msg: string });
  return { code, stderr, stdout, log };
}

test('one setup after another, and two at once, end with one control database and one demo tenant', async () => {
  const env = deployment();
  const first = await setup(env, '--demo');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.log.at(-1)?.msg).toBe('setup is done');
  expect((await Promise.all([setup(env, '--demo'), setup(env, '--demo')])).map(({ code }) => code)).toEqual([0, 0]);

  const api = connectControl(env.API_DATABASE_URL, { maxConnections: 1 });
  const tenants = await api.selectFrom('tenants').select(['name', 'state']).execute();
  const people = await api
    .selectFrom('people')
    .innerJoin('memberships', 'person', 'people.id')
    .select(['email', 'role', 'password_hash'])
    .execute();
  await api.destroy();
  expect(tenants).toEqual([{ name: 'Demo', state: 'active' }]);
  expect(people).toMatchObject([{ email: 'demo@quixess.local', role: 'owner' }]);
  expect(await verifyPassword('demo-quixess-social', people[0]?.password_hash)).toBe(true);
});

test('a tenant that somebody else has called Demo is not opened to the demo', async () => {
  const env = deployment();
  await setup(env, '--demo');
  const database = new URL(env.API_DATABASE_URL).pathname.slice(1);
  const control = connectControl(withDatabase(env.DATABASE_URL, database), { maxConnections: 1 });
  const theirs = await control.selectFrom('tenants').select('id').executeTakeFirstOrThrow();
  const owner = { id: v7(), email: 'owner@example.test', name: 'Owner', password_hash: 'x' };
  await control.insertInto('people').values(owner).execute();
  await control.updateTable('memberships').set({ person: owner.id }).execute();

  await setup(env, '--demo');
  await setup(env, '--demo');
  const members = await control.selectFrom('memberships').select(['tenant', 'person']).execute();
  await control.destroy();
  expect(members.filter(({ tenant }) => tenant === theirs.id)).toEqual([{ tenant: theirs.id, person: owner.id }]);
  expect(members).toHaveLength(2);
});

test('two first setups at once make one control database', async () => {
  const env = deployment();
  expect((await Promise.all([setup(env), setup(env), setup(env)])).map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
    [0, ''],
  ]);
});

test('neither a key nor a password is printed', async () => {
  const env = deployment();
  const { stdout, stderr } = await setup({ ...env, LOG_LEVEL: 'debug' }, '--demo');
  const passwords = [env.DATABASE_URL, env.API_DATABASE_URL, env.WORKER_DATABASE_URL].map(
    (url) => new URL(url).password,
  );
  for (const secret of [env.MASTER_KEY, env.CATALOGUE_KEY, ...passwords, ...passwords.map(decodeURIComponent)])
    expect(stdout + stderr).not.toContain(secret);
});

test('a wrong configuration is named and ends with 78', async () => {
  const env = deployment();
  const elsewhere = withDatabase(env.API_DATABASE_URL, 'quixess_other');
  const wrong: [Partial<typeof env>, string][] = [
    [{ MASTER_KEY: 'short' }, 'MASTER_KEY is wrong'],
    [{ DATABASE_URL: 'mysql://localhost' }, 'DATABASE_URL is wrong'],
    [{ WORKER_DATABASE_URL: elsewhere }, 'must name the same database'],
    [{ WORKER_DATABASE_URL: env.API_DATABASE_URL }, 'each have a user of its own'],
    [{ API_DATABASE_URL: env.API_DATABASE_URL.replace('%25', '%') }, 'API_DATABASE_URL is wrong: a "%"'],
    [{ DATABASE_URL: inject('superuserUrl') }, 'superuser'],
    [{ DATABASE_URL: inject('provisionerUrl').replace(/:[^:@/]+@/, ':wrong@') }, 'refuses the login'],
  ];
  for (const [change, words] of wrong) {
    const { code, stderr, stdout } = await setup({ ...env, ...change });
    expect({ code, stdout }, words).toEqual({ code: 78, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  }
});

test('a server that cannot be reached is said in one sentence, and ends with 1', async () => {
  const { code, stderr } = await setup({
    ...deployment(),
    DATABASE_URL: 'postgres://quixess_provisioner:x@127.0.0.1:1/postgres',
  });
  expect(code).toBe(1);
  expect(stderr).toBe('PostgreSQL cannot be reached at the address in DATABASE_URL (ECONNREFUSED).\n');
});
