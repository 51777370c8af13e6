import { request } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bakery, bakeryInstagram, pat, picture, simulated } from './simulated.ts';

const RUNS = 400;

const name = fc.oneof(
  fc.constantFrom(
    'fields',
    'limit',
    'after',
    'before',
    'since',
    'published',
    'is_published',
    'message',
    'link',
    'attached_media',
    'url',
  ),
  fc.constantFrom(
    'attached_media[0]',
    'attached_media[',
    'subscribed_fields',
    'input_token',
    'code',
    'client_id',
    'grant_type',
    '__proto__',
    'ids',
  ),
  fc.string(),
);
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    'true',
    '-1',
    '1e999',
    '[]',
    '{}',
    '[{"media_fbid":null}]',
    'a{b{c',
    'id,name{',
    'constructor',
    'null',
    '%',
    '\ud800',
    '🙂',
  ),
  fc.json(),
);
const known = fc.constantFrom(
  ...[
    '/me',
    '/me/accounts',
    '/me/permissions',
    `/${bakery}`,
    `/${bakery}/feed`,
    `/${bakery}/photos`,
    `/${bakery}/subscribed_apps`,
  ],
  ...[
    `/${bakery}/published_posts`,
    '/the-post',
    `/${bakeryInstagram}`,
    '/debug_token',
    '/oauth/access_token',
    '/dialog/oauth',
  ],
  ...['/sim/faults', '/sim/switches', '/sim/users', '/sim/pages', '/sim/roles', '/sim/clock', '/sim/tokens/dead', '/'],
);
const step = fc.oneof(
  fc.constantFrom(
    'me',
    bakery,
    pat,
    bakeryInstagram,
    'feed',
    'photos',
    'accounts',
    'permissions',
    'subscribed_apps',
    'oauth',
    'access_token',
  ),
  fc.constantFrom(
    'debug_token',
    'dialog',
    'pages',
    'sim',
    'truth',
    'faults',
    'switches',
    'users',
    'v26.0',
    'v0.0',
    'constructor',
    '%00',
    '%ff',
    '..',
  ),
  fc.string().map(encodeURIComponent),
);

const call = fc.record({
  method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS'),
  path: fc.oneof(
    known,
    fc.array(step, { maxLength: 5 }).map((steps) => `/${steps.join('/')}`),
  ),
  params: fc.array(fc.tuple(name, value), { maxLength: 5 }),
  style: fc.constantFrom(
    'query',
    'form',
    'json',
    'broken json',
    'broken multipart',
    'multipart without boundary',
    'any json',
  ),
  withToken: fc.boolean(),
  body: value,
});

test(`${RUNS} calls of all kinds of nonsense are never answered with 5xx`, async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await fc.assert(
    fc.asyncProperty(call, async ({ method, path, params, style, withToken, body }) => {
      const query = style === 'query' ? `?${new URLSearchParams(params)}` : '';
      const answer = await send(
        meta.url,
        method,
        `${path.replace('the-post', post)}${query}`,
        withToken ? token : '',
        ...written(style, params, body),
      );
      expect(answer).toBeLessThan(500);
    }),
    { numRuns: RUNS },
  );
});

test('an upload that breaks off in the middle leaves no file and no photo', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const head = `--x\r\ncontent-disposition: form-data; name="source"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n`;
  const cut = Buffer.concat([Buffer.from(head), Buffer.from(picture(100_000))]);
  expect(await send(meta.url, 'POST', `/${bakery}/photos`, token, 'multipart/form-data; boundary=x', cut)).toBe(400);
  expect((await meta.truth()).photos).toEqual([]);
});

test('lists that are no lists are refused like any wrong parameter', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  for (const broken of ['[{', '{"a"', '[1,', '"', '[[]]', '[null]', '{}', '[{"media_fbid":{}}]'])
    for (const name of ['attached_media', 'attached_media[0]', 'attached_media[]'])
      expect((await meta.post(`/${bakery}/feed`, token, { [name]: broken })).body.error).toMatchObject({ code: 100 });
});

test('a body without end is refused, not kept', async () => {
  await using meta = await simulated();
  const { status } = await meta.call('POST', `/${bakery}/feed`, {
    token: await meta.pageToken(),
    form: { message: 'x'.repeat(3_000_000) },
  });
  expect(status).toBe(400);
});

test('fields may be nested as deep as one likes without harm', async () => {
  await using meta = await simulated();
  const deep = { message: 'x', fields: 'a{'.repeat(4_900) };
  expect((await meta.post(`/${bakery}/feed`, await meta.pageToken(), deep)).body.error.code).toBe(2500);
});

function written(style: string, params: [string, string][], body: string): [string, string | Buffer] {
  if (style === 'form') return ['application/x-www-form-urlencoded', String(new URLSearchParams(params))];
  if (style === 'json') return ['application/json', JSON.stringify(Object.fromEntries(params))];
  if (style === 'any json' || style === 'broken json') return ['application/json', body];
  if (style === 'broken multipart')
    return ['multipart/form-data; boundary=x', `--x\r\ncontent-disposition: form-data; name="${body}"\r\n`];
  if (style === 'multipart without boundary') return ['multipart/form-data', body];
  return ['', ''];
}

/** Below `fetch`, which would tidy the nonsense up. */
function send(
  url: string,
  method: string,
  path: string,
  token: string,
  type: string,
  body: string | Buffer,
): Promise<number> {
  const { hostname, port } = new URL(url);
  const headers = { ...(type && { 'content-type': type }), ...(token && { authorization: `Bearer ${token}` }) };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.once('error', reject).end(body);
  });
}
