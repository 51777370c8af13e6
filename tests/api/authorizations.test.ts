import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authTypeFor } from '../../api/authorizations/auth-type.ts';
import { authorizeUrl } from '../../api/authorizations/dialog.ts';
import { grantedBefore } from '../../api/authorizations/granted-before.ts';
import type { Problem } from '../../api/http/problem.ts';
import { Vault } from '../../db/vault/vault.ts';
import { readConfigurations } from '../../meta/login-configurations.ts';
import { scopesToAsk } from '../../meta/permissions.ts';
import { authorizationId } from '../../workflows/ids.ts';
import { type Api, type Person, startApi, startApiFor } from './api.ts';
import { meet } from './meeting.ts';
import { seedConnection } from './seed.ts';

interface Begun {
  id: string;
  authorizeUrl: string;
}
interface Authorization {
  id: string;
  status: string;
  reason: string | null;
  connectionId: string | null;
}

let api: Api;
let tenant: string;
let owner: Person;
beforeAll(async () => {
  ({ api, tenant, person: owner } = await startApiFor('owner'));
});
afterAll(() => api.stop());

const begin = async (person = owner) => {
  const { body } = await person.client.post<Begun>('/v1/authorizations');
  return { ...body, state: new URL(body.authorizeUrl).searchParams.get('state') ?? '' };
};
const comeBack = (query: Record<string, string>, person = owner, accept = 'text/html') =>
  person.client.send<string>('GET', `/oauth/meta/callback?${new URLSearchParams(query)}`, undefined, { accept });
const status = async (id: string) => (await owner.client.get<Authorization>(`/v1/authorizations/${id}`)).body;
const row = (id: string) =>
  api.rows(tenant, (db) => db.selectFrom('authorizations').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
const sentOf = async (id: string) => {
  const workflow = authorizationId(tenant, id);
  return api.control.selectFrom('workflows').select(['wanted', 'sent']).where('id', '=', workflow).executeTakeFirst();
};

test('the dialog is asked for what the table of permissions says, and nothing more', async () => {
  const { id, authorizeUrl } = await begin();
  const url = new URL(authorizeUrl);
  expect(`${url.origin}${url.pathname}`).toBe('http://127.0.0.1:4100/v26.0/dialog/oauth');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: '1234567890123456',
    redirect_uri: `${api.url}/oauth/meta/callback`,
    state: expect.stringMatching(/^[\w-]{43}$/),
    response_type: 'code',
    scope: scopesToAsk().join(','),
  });
  expect(await status(id)).toMatchObject({ status: 'waiting', connectionId: null });
  expect(await sentOf(id)).toEqual({ wanted: 1, sent: 1 });
});

test('what an operator wants beyond the nine is asked for too', async () => {
  const more = await startApi({ META_FURTHER_PERMISSIONS: ['pages_messaging', 'read_insights'] });
  try {
    const { client } = await more.person(await more.fresh.tenant(), 'owner');
    const { searchParams } = new URL((await client.post<Begun>('/v1/authorizations')).body.authorizeUrl);
    expect(searchParams.get('scope')).toBe(scopesToAsk(['pages_messaging', 'read_insights']).join(','));
  } finally {
    await more.stop();
  }
});

test('what somebody declined is asked for again; a login that Meta shows nothing any more is renewed', async () => {
  const other = await api.fresh.tenant();
  const { client } = await api.person(other, 'owner');
  const authType = async () =>
    new URL((await client.post<Begun>('/v1/authorizations')).body.authorizeUrl).searchParams.get('auth_type');
  const login = await api.rows(other, (db) => seedConnection(db));
  const set = (values: { ungranted?: string; data_access_expires_at?: Date }) =>
    api.rows(other, (db) => db.updateTable('credentials').set(values).where('connection', '=', login).execute());
  const ofLogin = () => api.parts.tenants.use(other, (db) => authTypeFor(db, login));
  expect(await authType()).toBeNull();
  expect(await ofLogin()).toBeUndefined();
  await set({ ungranted: JSON.stringify({ pages_manage_posts: 'declined' }) });
  expect(await authType()).toBe('rerequest');
  expect(await ofLogin()).toBe('rerequest');
  await set({ data_access_expires_at: new Date(0) });
  expect(await ofLogin()).toBe('reauthorize');
});

test('with a configuration of Login for Business no scopes are sent', async () => {
  const business = await startApi({ META_LOGIN_MODE: 'config', META_CONFIG_ID: readConfigurations('77') });
  try {
    const { client } = await business.person(await business.fresh.tenant(), 'owner');
    const { searchParams } = new URL((await client.post<Begun>('/v1/authorizations')).body.authorizeUrl);
    expect(searchParams.get('config_id')).toBe('77');
    expect(searchParams.has('scope')).toBe(false);
  } finally {
    await business.stop();
  }
});

test.each([
  ['1', [], []],
  ['2', ['pages_messaging'], []],
  ['3', [], ['read_insights']],
  ['4', ['pages_messaging'], ['read_insights']],
] as const)(
  'of several it is the one (%s) with what is wanted (%j) and was granted before (%j)',
  (id, wanted, granted) => {
    const settings = {
      ...{ ...api.config, META_LOGIN_MODE: 'config' as const, META_FURTHER_PERMISSIONS: [...wanted] },
      META_CONFIG_ID: readConfigurations('base:1,inbox:2,insights:3,inbox+insights:4'),
    };
    const { searchParams } = new URL(authorizeUrl(settings, 's', { authType: undefined, granted }));
    expect(searchParams.get('config_id')).toBe(id);
  },
);

test('what was granted before is that of the connection, and for a new login that of all of the tenant', async () => {
  const other = await api.fresh.tenant();
  await api.rows(other, (db) => seedConnection(db, 'connected', ['pages_show_list', 'read_insights']));
  const login = await api.rows(other, (db) => seedConnection(db, 'connected', ['pages_show_list', 'pages_messaging']));
  const before = (of?: string) => api.parts.tenants.use(other, (db) => grantedBefore(db, of));
  expect((await before(login)).sort()).toEqual(['pages_messaging', 'pages_show_list']);
  expect((await before()).sort()).toEqual(['pages_messaging', 'pages_show_list', 'read_insights']);
});

test('who comes back with a code is taken on; the code is sealed for the worker and the workflow told', async () => {
  const { id, state } = await begin();
  const { status: code, headers } = await comeBack({ state, code: 'canary-code', extra: 'of Meta' });
  expect(code).toBe(303);
  expect(headers.get('location')).toBe(`${api.url}/connected?authorization=${id}`);
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(await status(id)).toMatchObject({ status: 'returned' });
  expect(await sentOf(id)).toEqual({ wanted: 2, sent: 2 });

  const sealed = (await row(id)).code_sealed;
  expect(sealed?.toString('latin1')).not.toContain('canary-code');
  const vault = await Vault.open({ masterKey: api.fresh.masterKey, control: api.fresh.control });
  const place = { tenant, table: 'authorizations', row: id, column: 'code_sealed' };
  expect(vault.openIntake(place, sealed ?? Buffer.alloc(0))).toBe('canary-code');
  expect(api.logged.join('')).not.toMatch(new RegExp(`canary-code|${state}`));
});

test('of the state only a hash is stored', async () => {
  const { id, state } = await begin();
  const kept = await row(id);
  expect(kept.state_hash).toHaveLength(32);
  expect(JSON.stringify(kept)).not.toContain(state);
  expect(kept.state_hash.toString('base64url')).not.toBe(state);
});

test('coming back twice is refused the second time, in words', async () => {
  const { id, state } = await begin();
  await comeBack({ state, code: 'first' });
  const sealed = (await row(id)).code_sealed;
  const { status: code, body, headers } = await comeBack({ state, code: 'second' });
  expect(code).toBe(400);
  expect(headers.get('content-type')).toContain('text/html');
  expect(body).toContain('used already');
  expect((await row(id)).code_sealed).toEqual(sealed);
});

test('coming back twice at once counts once', async () => {
  const { id, state } = await begin();
  const lock = sql`select from authorizations where id = ${id} for update`;
  const answers = await meet(api, { tenant, lock, waiting: 2 }, () =>
    ['a', 'b'].map((code) => comeBack({ state, code })),
  );
  expect(answers.map((answer) => answer.status).sort()).toEqual([303, 400]);
});

test('an attempt cannot be finished in another session, not even of the same tenant', async () => {
  const { id, state } = await begin();
  const other = await api.person(tenant, 'owner');
  const { status: code, body } = await comeBack({ state, code: 'stolen' }, other);
  expect(code).toBe(400);
  expect(body).toContain('another session');
  expect(await status(id)).toMatchObject({ status: 'waiting' });
  expect(await sentOf(id)).toEqual({ wanted: 1, sent: 1 });

  const elsewhere = await api.person(await api.fresh.tenant(), 'owner');
  expect((await comeBack({ state, code: 'stolen' }, elsewhere)).body).toContain('does not belong');
});

test('who is no owner any more on coming back connects nothing', async () => {
  const demoted = await api.person(tenant, 'owner');
  const { id, state } = await begin(demoted);
  await api.control.updateTable('memberships').set({ role: 'viewer' }).where('person', '=', demoted.id).execute();
  const { status: code, body } = await comeBack({ state, code: 'x' }, demoted);
  expect(code).toBe(403);
  expect(body).toContain('Only an owner');
  expect(await status(id)).toMatchObject({ status: 'waiting' });
});

test('without a session the browser is told to log in', async () => {
  const { state } = await begin();
  const answer = await api
    .stranger()
    .send<string>('GET', `/oauth/meta/callback?state=${state}&code=x`, undefined, { accept: 'text/html' });
  expect(answer.status).toBe(401);
  expect(answer.body).toContain('Log in');
});

test('an attempt that took too long is refused in words', async () => {
  const { id, state } = await begin();
  await api.rows(tenant, (db) =>
    db
      .updateTable('authorizations')
      .set({ expires_at: new Date(0) })
      .where('id', '=', id)
      .execute(),
  );
  const { status: code, body } = await comeBack({ state, code: 'late' });
  expect(code).toBe(400);
  expect(body).toContain('15 minutes');
  expect((await row(id)).code_sealed).toBeNull();
});

test('who says no at Facebook is told that nothing was connected', async () => {
  const { id, state } = await begin();
  const { status: code, headers } = await comeBack({ state, error: 'access_denied', error_reason: 'user_denied' });
  expect(code).toBe(303);
  expect(await status(id)).toMatchObject({
    status: 'denied',
    reason: expect.stringContaining('nothing was connected'),
  });
  const page = await owner.client.get<string>(
    new URL(headers.get('location') ?? '').pathname + new URL(headers.get('location') ?? '').search,
  );
  expect(page.status).toBe(200);
  expect(page.body).toContain('nothing was connected');
  expect(await sentOf(id)).toEqual({ wanted: 2, sent: 2 });
});

test('a callback that lacks something, or that nobody began, ends in words', async () => {
  const { state } = await begin();
  for (const query of [{}, { code: 'x' }, { state }, { state: 'made-up', code: 'x' }] as Record<string, string>[]) {
    const { status: code, body } = await comeBack(query);
    expect(code).toBe(400);
    expect(body).toContain('<h1>Not connected</h1>');
  }
});

test('a client that reads JSON gets a problem instead of a page', async () => {
  const { status: code, body } = await comeBack({ state: 'made-up', code: 'x' }, owner, 'application/json');
  expect(code).toBe(400);
  expect((body as unknown as Problem).type).toBe('/problems/authorization-refused');
});

test('the page after the login follows how it goes, runs no script and asks nobody', async () => {
  const { id, state } = await begin();
  await comeBack({ state, code: 'x' });
  const read = () => owner.client.get<string>(`/connected?authorization=${id}`);
  const looking = await read();
  expect(looking.body).toContain('being looked up');
  expect(looking.body).toContain('http-equiv="refresh"');
  expect(looking.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  const connection = '0199b1f2-7c3d-7a10-8b5e-000000000001';
  await api.rows(tenant, (db) =>
    db.updateTable('authorizations').set({ status: 'done', connection }).where('id', '=', id).execute(),
  );
  const done = await read();
  expect(done.body).toContain(`/v1/connections/${connection}/accounts`);
  expect(done.body).not.toContain('http-equiv');
  expect((await status(id)).connectionId).toBe(connection);
});

test('an attempt begun twice with one key is one attempt with one address, which is not kept', async () => {
  const send = () => owner.client.post<Begun>('/v1/authorizations', undefined, { 'idempotency-key': 'connect' });
  const [first, second] = [await send(), await send()];
  expect(second.body).toEqual(first.body);
  const kept = await api.rows(tenant, (db) => db.selectFrom('idempotent_answers').selectAll().execute());
  expect(JSON.stringify(kept)).not.toContain(new URL(first.body.authorizeUrl).searchParams.get('state'));
});
