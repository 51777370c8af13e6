import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { appSecret, bakery, simulated } from './simulated.ts';

test('a token is taken from the header, in either style, from the address or from the body', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const answers = [
    await meta.call('GET', '/me', { headers: { authorization: `Bearer ${token}` } }),
    await meta.call('GET', '/me', { headers: { authorization: `OAuth ${token}` } }),
    await meta.call('GET', '/me', { query: { access_token: token } }),
    await meta.call('POST', `/${bakery}/feed`, { form: { access_token: token, message: 'a' } }),
    await meta.call('POST', `/${bakery}/feed`, { json: { access_token: token, message: 'b' } }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect((await meta.get('/me')).body.error).toMatchObject({ code: 104 });
  expect((await meta.get('/me', 'EAAnonsense')).body.error).toMatchObject({ code: 190, type: 'OAuthException' });
});

test('a proof is verified when it is given, and missed when the app requires it', async () => {
  await using meta = await simulated();
  const token = await meta.login();
  const appsecret_proof = createHmac('sha256', appSecret).update(token).digest('hex');
  expect((await meta.get('/me', token, { appsecret_proof })).status).toBe(200);
  expect((await meta.get('/me', token, { appsecret_proof: `${appsecret_proof.slice(1)}0` })).body.error).toMatchObject({
    code: 100,
    type: 'GraphMethodException',
  });
  await meta.switch({ requireAppSecretProof: true });
  expect((await meta.get('/me', token)).body.error).toMatchObject({ code: 100 });
  expect((await meta.get('/me', token, { appsecret_proof })).status).toBe(200);
});

test('every answer says its version, and how much of the limits is used up', async () => {
  await using meta = await simulated();
  const page = await meta.get('/v25.0/me', await meta.pageToken());
  expect(page.headers.get('facebook-api-version')).toBe('v25.0');
  expect(page.headers.get('x-fb-trace-id')).toBeTruthy();
  expect(JSON.parse(page.headers.get('x-app-usage') ?? '')).toEqual({ call_count: 1, total_cputime: 1, total_time: 1 });
  expect(JSON.parse(page.headers.get('x-business-use-case-usage') ?? '')).toEqual({
    [bakery]: [{ type: 'pages', call_count: 1, total_cputime: 1, total_time: 1, estimated_time_to_regain_access: 0 }],
  });
  const user = await meta.get('/me', await meta.login());
  expect(user.headers.get('facebook-api-version')).toBe('v26.0');
  expect(user.headers.has('x-business-use-case-usage')).toBe(false);
});

test('a dead version is served by the oldest that lives, and one that never was is an unknown path', async () => {
  await using meta = await simulated();
  const token = await meta.login();
  expect((await meta.get('/v19.0/me', token)).headers.get('facebook-api-version')).toBe('v21.0');
  expect((await meta.get('/v99.0/me', token)).body.error).toMatchObject({ code: 2500 });
});

test.for([
  ['/122000000000000000', 100, 33, 400],
  [`/${bakery}_122000000000000000`, 100, 33, 400],
  ['/nonsense', 803, undefined, 404],
  [`/${bakery}/nonsense`, 100, undefined, 400],
  [`/${bakery}/feed/nonsense`, 2500, undefined, 400],
  [`/${bakery}?fields=nonsense`, 100, undefined, 400],
  [`/${bakery}?fields=id,instagram_business_account{nonsense}`, 100, undefined, 400],
  [`/${bakery}?fields=name{`, 2500, undefined, 400],
  [`/${bakery}?fields=__proto__`, 100, undefined, 400],
  [`/${bakery}?date_format=U`, 100, undefined, 400],
  [`/?ids=${bakery}`, 100, undefined, 400],
  ['/me/%E0%A4%A', 2500, undefined, 400],
] as const)('GET %s is refused as Meta would', async ([path, code, subcode, status]) => {
  await using meta = await simulated();
  const answer = await meta.get(path, await meta.pageToken());
  expect([answer.status, answer.body.error.code, answer.body.error.error_subcode]).toEqual([status, code, subcode]);
  expect(answer.body.error.fbtrace_id).toBeTruthy();
});

test('an unknown field is refused in the very words', async () => {
  await using meta = await simulated();
  const { error } = (await meta.get(`/${bakery}`, await meta.pageToken(), { fields: 'name,foo' })).body;
  expect(error.message).toBe('(#100) Tried accessing nonexisting field (foo) on node type (Page)');
});

test('pretty and debug change nothing', async () => {
  await using meta = await simulated();
  const token = await meta.login();
  const plain = await meta.get('/me', token);
  expect((await meta.get('/me', token, { pretty: '1', debug: 'all' })).body).toEqual(plain.body);
});

test('what is not ASCII comes escaped as Meta escapes it', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token, 'Käse 🙂');
  const raw = await (await fetch(`${meta.url}/${post}?fields=message,created_time&access_token=${token}`)).text();
  expect(raw).toContain('K\\u00e4se \\ud83d\\ude42');
  expect(JSON.parse(raw).created_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/);
});

test('a POST can be asked for fields of what it made', async () => {
  await using meta = await simulated();
  const { body } = await meta.post(`/${bakery}/feed`, await meta.pageToken(), {
    message: 'Bread',
    fields: 'is_published,permalink_url',
  });
  expect(body).toMatchObject({ is_published: true, permalink_url: expect.stringContaining(`/${bakery}/posts/`) });
});
