import { expect, test } from 'vitest';
import { appId, bakery, bakeryInstagram, ninePermissions, pat, pottery, redirectUri, simulated } from './simulated.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

test('the dialog shows a person their Pages and what the app asks for, as checkboxes', async () => {
  await using meta = await simulated();
  const { body, status } = await meta.get(meta.dialog());
  expect(status).toBe(200);
  for (const value of [bakery, pottery, ...ninePermissions])
    expect(body).toMatch(new RegExp(`type="checkbox" [^>]*value="${value}"`));
});

test('Continue leads back with a code and the very state that was given', async () => {
  await using meta = await simulated();
  const to = await meta.decide();
  expect(`${to.origin}${to.pathname}`).toBe(redirectUri);
  expect(to.searchParams.get('state')).toBe('st&te');
  expect(to.searchParams.get('code')).toMatch(/^AQ/);
});

test('Cancel leads back as Meta words it', async () => {
  await using meta = await simulated();
  const to = await meta.decide({ decision: 'cancel' });
  expect(to.search).toBe(
    '?error=access_denied&error_code=200&error_description=Permissions+error&error_reason=user_denied&state=st%26te',
  );
});

test.for([
  [{ client_id: '1' }, 'Invalid App ID'],
  [{ redirect_uri: '' }, 'redirect_uri is required'],
  [{ redirect_uri: '/callback' }, 'not an absolute address'],
  [{ redirect_uri: 'http://app.example/callback' }, 'Insecure Login Blocked'],
  [{ redirect_uri: 'javascript:alert(1)' }, 'Insecure Login Blocked'],
  [{ scope: 'pages_show_list,pages_do_everything' }, 'Invalid Scopes: pages_do_everything'],
  [{ scope: '', config_id: '5' }, 'Invalid config_id'],
] as const)('a dialog that was opened with %o says what is wrong and leads nowhere', async ([asked, words]) => {
  await using meta = await simulated();
  for (const method of ['GET', 'POST']) {
    const { status, headers, body } = await meta.call(method, meta.dialog(asked));
    expect([status, headers.get('location')]).toEqual([400, null]);
    expect(body).toContain(words);
  }
});

test('an app that lists its addresses is sent back to those only', async () => {
  await using meta = await simulated({ redirectUris: [redirectUri] });
  expect((await meta.get(meta.dialog())).status).toBe(200);
  expect((await meta.get(meta.dialog({ redirect_uri: `${redirectUri}2` }))).body).toContain('not white-listed');
});

test('a code becomes a token that lives an hour or two, and that one a token for 60 days', async () => {
  await using meta = await simulated();
  const code = (await meta.decide()).searchParams.get('code') ?? '';
  const short = (await meta.redeem(code)).body;
  expect(short).toMatchObject({ token_type: 'bearer', access_token: expect.stringMatching(/^EAA/) });
  expect(short.expires_in).toBeLessThanOrEqual(7_200);
  const long = (await meta.exchange(short.access_token)).body;
  expect(long.expires_in).toBeGreaterThan(59 * 86_400);
  expect(long.access_token).not.toBe(short.access_token);
});

test('a code is good once, for ten minutes, for one address and with the right secret', async () => {
  await using meta = await simulated();
  const refused = async (code: string, more = {}) => (await meta.redeem(code, more)).body.error;
  const code = async () => (await meta.decide()).searchParams.get('code') ?? '';

  const used = await code();
  expect(await refused(used, { client_secret: 'wrong' })).toMatchObject({
    code: 1,
    message: 'Error validating client secret.',
  });
  expect(await refused(used, { client_id: '1' })).toMatchObject({ code: 101 });
  expect(await refused(used, { redirect_uri: `${redirectUri}/` })).toMatchObject({ code: 100, error_subcode: 36_008 });
  expect((await meta.redeem(used)).status).toBe(200);
  expect(await refused(used)).toMatchObject({ type: 'OAuthException', code: 100, error_subcode: 36_009 });
  expect(await refused('AQnonsense')).toMatchObject({ code: 100 });

  const late = await code();
  await meta.passTime(10 * MINUTE_MS + 1);
  expect(await refused(late)).toMatchObject({ code: 100, error_subcode: 36_007 });
});

test('a token that is over can neither be used nor exchanged, and debug_token says so', async () => {
  await using meta = await simulated();
  const token = await meta.login();
  await meta.passTime(60 * DAY_MS);
  const over = { code: 190, error_subcode: 463 };
  expect((await meta.get('/me', token)).body.error).toMatchObject(over);
  expect((await meta.exchange(token)).body.error).toMatchObject(over);
  expect(await meta.debug(token)).toMatchObject({ is_valid: false, error: { code: 190, subcode: 463 } });
});

test('debug_token says whose token it is, until when, and what was granted for which Page', async () => {
  await using meta = await simulated();
  const data = await meta.debug(
    await meta.login({ pages: [bakery], permissions: ['pages_show_list', 'instagram_basic', 'business_management'] }),
  );
  expect(data).toMatchObject({ app_id: appId, type: 'USER', is_valid: true, user_id: pat });
  expect(data.scopes).toEqual(['pages_show_list', 'instagram_basic', 'business_management']);
  expect(data.granular_scopes).toEqual([
    { scope: 'pages_show_list', target_ids: [bakery] },
    { scope: 'instagram_basic', target_ids: [bakeryInstagram] },
    { scope: 'business_management' },
  ]);
  expect(data.data_access_expires_at - Date.now() / 1000).toBeGreaterThan(89 * 86_400);
});

test('a Page token has no end and names its Page', async () => {
  await using meta = await simulated();
  expect(await meta.debug(await meta.pageToken())).toMatchObject({
    type: 'PAGE',
    expires_at: 0,
    profile_id: bakery,
    is_valid: true,
  });
});

test('nobody but the app may ask about a token', async () => {
  await using meta = await simulated();
  const token = await meta.login();
  for (const asking of [undefined, `${appId}|wrong`, 'EAAnonsense'])
    expect((await meta.get('/debug_token', asking, { input_token: token })).body.error).toMatchObject({ code: 100 });
});

test('what a person unticks in a second dialog is gone for the token of the first', async () => {
  await using meta = await simulated();
  const first = await meta.pageToken(pottery);
  await meta.login({ pages: [bakery] });
  expect((await meta.post(`/${pottery}/feed`, first, { message: 'Bowls' })).body.error).toMatchObject({ code: 200 });
});

test('what was declined is offered again only when it is asked for again', async () => {
  await using meta = await simulated();
  await meta.login({ permissions: ['pages_show_list'] });
  expect((await meta.get(meta.dialog())).body).not.toContain('value="pages_manage_posts"');
  expect((await meta.get(meta.dialog({ auth_type: 'rerequest' }))).body).toContain('value="pages_manage_posts"');
});

test('Login for Business grants all of its configuration or nothing', async () => {
  await using meta = await simulated();
  const business = { scope: '', config_id: '900000000000001' };
  expect((await meta.decide({ permissions: ['pages_show_list'] }, business)).searchParams.get('error')).toBe(
    'access_denied',
  );
  const code = (await meta.decide({}, business)).searchParams.get('code') ?? '';
  expect((await meta.debug((await meta.redeem(code)).body.access_token)).scopes).toEqual(ninePermissions);
});
