import { Client, Connection } from '@temporalio/client';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectControl } from '../../db/control/connect.ts';
import type { Finding } from '../../deploy/ops/finding.ts';
import type { MetaSays } from '../../deploy/ops/what-meta-says.ts';
import { connectionId, publishId } from '../../workflows/ids.ts';
import { killTokens } from '../connection/person.ts';
import { credentialsOf } from '../policy/canaries.ts';
import { Page, type Truth } from '../publish/page.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { openVault } from '../vault/sealed.ts';
import { say, sayJson } from './say.ts';

let stack: Stack;
let page: Page;
let tenant: string;
let connection: string;
let env: Record<string, string>;

beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
  tenant = (await stack.member.get<{ tenant: string }>('/v1/me')).body.tenant;
  const { body } = await stack.member.get<{ items: { id: string }[] }>('/v1/connections');
  connection = body.items[0]?.id ?? '';
  env = { ...stack.env.ops, LOCAL_DIR: stack.env.simulator.SIMULATOR_DIR ?? '' };
});
afterAll(() => stack?.stop());

interface Told {
  ok: boolean;
  wrong: string;
  next: string;
  findings: Finding[];
}
const ops = <T = object>(...args: string[]) => sayJson<Told & T>(env, ...args);

test('a tenant that is made is listed, and its owner can log in with the password that is shown', async () => {
  const made = await ops<{ tenant: string; owner: { email: string; password: string } }>(
    ...['tenants', 'create', 'Acme', '--owner', 'Kim@Example.org', '--zone', 'Europe/Berlin'],
  );
  expect(made).toMatchObject({ code: 0, said: { owner: { email: 'kim@example.org' } } });
  const { tenants } = (await ops<{ tenants: { id: string; name: string; state: string }[] }>('tenants')).said;
  expect(tenants).toContainEqual(expect.objectContaining({ id: made.said.tenant, name: 'Acme', state: 'active' }));
  const kim = stack.stranger();
  await kim.logIn('kim@example.org', made.said.owner.password);
  expect((await kim.get<{ tenants: object[] }>('/v1/me')).body.tenants).toMatchObject([
    { id: made.said.tenant, role: 'owner', zone: 'Europe/Berlin' },
  ]);
  const { items } = (await kim.get<{ items: { action: string; actor: { kind: string } }[] }>('/v1/audit')).body;
  expect(items.map(({ action, actor }) => `${actor.kind}: ${action}`)).toEqual([
    'person: session.begun',
    'operator: member.joined',
    'operator: tenant.made',
  ]);
});

test.each([
  ['a name of nothing', ['']],
  ['a name of spaces', ['   ']],
  ['a name that clears the screen', ['A\x1b[2J']],
  ['a name without end', ['x'.repeat(201)]],
  ['an offset for a zone', ['A', '--zone', '+02:00']],
  ['a zone that there is not', ['A', '--zone', 'Berlin']],
  ['an owner without an address', ['A', '--owner', 'kim']],
  ['an owner whose address the login refuses', ['A', '--owner', 'kim@localhost']],
  ['an owner whose address is in brackets', ['A', '--owner', '<kim@example.org>']],
  ['an owner whose address is longer than the login takes', ['A', '--owner', `${'k'.repeat(310)}@example.org`]],
])('no tenant is made with %s', async (_, words) => {
  const before = (await ops<{ tenants: object[] }>('tenants')).said.tenants;
  expect(await ops('tenants', 'create', ...words)).toMatchObject({ code: 2, said: { ok: false } });
  expect((await ops<{ tenants: object[] }>('tenants')).said.tenants).toEqual(before);
});

test('whoever makes a tenant without a member is told how to make one with', async () => {
  const { code, stdout } = await say(env, 'tenants', 'create', 'Nobody');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/no command gives it one later.* with --owner ADDRESS/)]);
});

test('connections are listed with their state and since when, of one tenant or of all', async () => {
  const all = await ops<{ connections: { id: string; tenant: string; state: string; since: string }[] }>('connections');
  expect(all.said.connections).toMatchObject([{ id: connection, tenant, state: 'connected' }]);
  expect(Date.parse(all.said.connections[0]?.since ?? '')).toBeGreaterThan(Date.now() - 600_000);
  expect((await ops('connections', tenant)).code).toBe(all.code);
  expect(await ops('connections', uuidv7())).toMatchObject({ code: 3, said: { ok: false } });
});

test('why says what the workflow waits for, and until when', async () => {
  interface Why {
    workflow: { status: string; waiting: { for: string; untilMs: number } };
  }
  const why = async () => (await ops<Why>('connection', 'why', connection)).said;
  // It may be at work just after it was connected.
  const said = await eventually(
    async () => {
      const said = await why();
      return said.workflow.waiting.untilMs && said;
    },
    { what: 'its workflow to wait', everyMs: 500 },
  );
  expect(said.workflow).toMatchObject({ status: 'running', waiting: { for: expect.stringContaining('Connected') } });
  expect(said.workflow.waiting.untilMs).toBeGreaterThan(Date.now());
});

test('a connection that there is not is not found', async () => {
  expect(await ops('connection', 'why', uuidv7())).toMatchObject({ code: 3, said: { ok: false } });
  expect(await ops('connection', 'why', 'nonsense')).toMatchObject({ code: 2 });
});

test('diagnosing asks Meta about every token, and changes nothing anywhere', async () => {
  const before = [await credentialsOf(stack), await truth()];
  const { code, said } = await ops<{ answers: MetaSays[] }>('connection', 'diagnose', connection);
  expect([code, said.findings]).toEqual([0, []]);
  expect(said.answers.map(({ question, answer }) => `${question}: ${answer}`)).toEqual([
    'token: yes',
    'permissions: yes',
    'token: yes',
    'subscription: yes',
  ]);
  expect([await credentialsOf(stack), await truth()]).toEqual(before);
});

test('when Meta does not answer, a diagnosis does not call anything dead', async () => {
  await stack.simulator.fault({ call: 'debugToken', then: 'dropAnswer', times: 'always' });
  const { code, said } = await ops<{ answers: MetaSays[] }>('connection', 'diagnose', connection);
  await stack.simulator.noFaults();
  expect(code).toBe(4);
  expect(said.answers.map(({ answer }) => answer)).toEqual(['Meta does not say', 'Meta does not say']);
  expect(said.findings[0]?.next).toContain('nothing was changed');
});

test('neither a token nor a name of anybody is printed', async () => {
  const words = [
    ['connections', '--json'],
    ['connection', 'why', connection],
    ['connection', 'diagnose', connection],
  ];
  const said = await Promise.all(words.map((all) => say(env, ...all)));
  const printed = said.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  expect(printed).toContain(connection);
  for (const { token } of await credentialsOf(stack)) expect(printed).not.toContain(token);
  for (const secret of [page.metaId, 'Pat Example', env.META_APP_SECRET, stack.control.masterKey])
    expect(printed).not.toContain(secret);
});

test('a login that Meta calls dead is said to be dead by a diagnosis, before anybody noticed', async () => {
  const opened = await openVault(stack.control, stack.control);
  const { meta_user_id: person } = await opened.tenants.use(tenant, (db) =>
    db.selectFrom('connections').select('meta_user_id').executeTakeFirstOrThrow(),
  );
  await opened.close();
  await killTokens(stack.simulator, { person, subcode: 460 });
  const { code, said } = await ops<{ answers: MetaSays[] }>('connection', 'diagnose', connection);
  expect(code).toBe(4);
  expect(said.answers).toContainEqual(expect.objectContaining({ about: 'login', question: 'token', answer: 'no' }));
  expect(said.findings[0]).toMatchObject({
    wrong: expect.any(String),
    next: expect.stringContaining('connects again'),
  });
});

test('what was never told and does not run is called stuck, with what to do; what runs is not', async () => {
  const id = publishId(tenant, uuidv7());
  await stack.processes.kill('worker');
  const owner = connectControl(stack.control.ownerUrl, { maxConnections: 1 });
  const longAgo = new Date(Date.now() - 600_000);
  await owner.insertInto('workflows').values({ id, tenant, wanted_at: longAgo, due_at: longAgo }).execute();
  await owner.destroy();
  const unanswered = await ops('connection', 'why', connection);
  expect(unanswered.code).toBe(4);
  expect(unanswered.said.findings.map(({ wrong }) => wrong)).toContain('No worker answers for it.');
  const { code, said } = await ops<{ looked: number }>('workflows', 'stuck');
  expect(code).toBe(4);
  expect(said.findings.map(({ about, wrong }) => [about, wrong])).toEqual([
    [id, 'It should run, and does not.'],
    [id, 'Its time has passed, and nothing was published.'],
  ]);
  expect(said.findings[1]?.since).toBe(longAgo.toISOString());
});

test('a workflow that is gone is seen in why, while no worker starts it again', async () => {
  const id = connectionId(tenant, connection);
  const client = new Client({
    connection: await Connection.connect({ address: stack.temporal.address }),
    namespace: stack.temporal.namespace,
  });
  await client.workflow.getHandle(id).terminate('by hand');
  const { code, said } = await ops('connection', 'why', connection);
  expect(code).toBe(4);
  expect(said.findings.map(({ wrong }) => wrong)).toContain('It should run, and does not.');
  await client.connection.close();
  await stack.processes.start('worker');
});

test('what does not answer is named in a sentence, and ends with 1', async () => {
  const noTemporal = { ...env, TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const stuck = await say(noTemporal, 'workflows', 'stuck');
  expect(stuck).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Temporal does not answer') });
  const url = new URL(env.WORKER_DATABASE_URL ?? '');
  url.port = '1';
  const noDatabase = await say({ ...env, WORKER_DATABASE_URL: url.href }, 'tenants');
  expect(noDatabase).toMatchObject({ code: 1, stderr: expect.stringContaining('PostgreSQL does not answer') });
  expect(noDatabase.stderr).not.toContain('    at ');
});

async function truth(): Promise<Truth> {
  return stack.simulator.truth<Truth>();
}
