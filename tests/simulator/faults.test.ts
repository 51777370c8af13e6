import { expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { bakery, pottery, simulated } from './simulated.ts';

test('a dropped answer leaves the post published and the caller with nothing', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await meta.fault('publish', 'dropAnswer');
  await expect(meta.publish(post, token)).rejects.toThrow('fetch failed');
  expect(await meta.live()).toMatchObject([{ id: post, publications: 1 }]);
  expect((await meta.publish(post, token)).body).toEqual({ success: true });
});

test('a connection reset before the call leaves nothing done', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  await meta.fault('createPost', 'resetBefore');
  await expect(meta.draft(token)).rejects.toThrow('fetch failed');
  expect((await meta.truth()).posts).toEqual([]);
});

test.for([
  ['errorButDone', 500, {}, { code: 1 }],
  ['errorButDone', 503, { status: 503, code: 2 }, { code: 2 }],
  ['badRequestButDone', 400, {}, { code: 1 }],
  ['badRequestButDone', 400, { code: 4, subcode: 2_207_051 }, { code: 4, error_subcode: 2_207_051 }],
] as const)('%s answers %i with %o though it was done', async ([then, status, more, error]) => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await meta.fault('publish', then, { ...more });
  const answer = await meta.publish(post, token);
  expect(answer.status).toBe(status);
  expect(answer.body.error).toMatchObject(error);
  expect(await meta.live()).toHaveLength(1);
});

test.for([
  ['emptyAnswer', {}, 1],
  ['noSuccess', { success: false }, 0],
] as const)('%s is an answer that says nothing: %o', async ([then, said, live]) => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await meta.fault('publish', then);
  expect(await meta.publish(post, token)).toMatchObject({ status: 200, body: said });
  expect(await meta.live()).toHaveLength(live);
});

test('a refusal of any kind can be had, with nothing done', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await meta.fault('publish', 'refuse', { code: 368, subcode: 1_390_008, message: 'Too fast' });
  expect((await meta.publish(post, token)).body.error).toMatchObject({
    code: 368,
    error_subcode: 1_390_008,
    message: 'Too fast',
  });
  expect(await meta.live()).toEqual([]);
});

test('a slow call is done at its end, also when the caller has hung up', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await meta.fault('publish', 'slow', { delayMs: 4_000 });
  const begun = Date.now();
  const caller = new AbortController();
  const hungUp = fetch(`${meta.url}/${post}?is_published=true&access_token=${token}`, {
    method: 'POST',
    signal: caller.signal,
  });
  await eventually(async () => (await meta.sim('GET', 'faults')).body[0].hits).toBe(1);
  caller.abort();
  await expect(hungUp).rejects.toThrow();
  expect(await meta.live()).toEqual([]);
  await eventually(() => meta.live()).toHaveLength(1);
  expect(Date.parse((await meta.live())[0].publishedAt) - begun).toBeGreaterThanOrEqual(3_990);
});

test('a slow call can be done at its start and only answered late', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await meta.fault('publish', 'slow', { delayMs: 2_000, doneAt: 'start' });
  expect((await meta.publish(post, token)).status).toBe(200);
  const answeredMs = Date.now();
  expect(answeredMs - Date.parse((await meta.live())[0].publishedAt)).toBeGreaterThanOrEqual(1_990);
});

test.for([4, 17, 32, 341, 613, 80_001])('rate limit %i says so in the headers, and for how long', async (code) => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  await meta.fault('createPost', 'rateLimited', { code, regainMinutes: 7 });
  const answer = await meta.post(`/${bakery}/feed`, token, { message: 'x' });
  expect(answer.body.error).toMatchObject({ code });
  expect(JSON.parse(answer.headers.get('x-app-usage') ?? '').call_count).toBe(code === 80_001 ? 1 : 100);
  expect(JSON.parse(answer.headers.get('x-business-use-case-usage') ?? '')[bakery][0]).toMatchObject({
    call_count: 100,
    estimated_time_to_regain_access: 7,
  });
  expect((await meta.truth()).posts).toEqual([]);
});

test.for([458, 459, 460, 463, 464, 467, 490, 492])(
  'a token found dead with %i stays dead, and debug_token agrees',
  async (subcode) => {
    await using meta = await simulated();
    const token = await meta.pageToken();
    const post = await meta.draft(token);
    await meta.fault('publish', 'tokenDead', { subcode });
    const dead = { code: 190, error_subcode: subcode };
    expect((await meta.publish(post, token)).body.error).toMatchObject(dead);
    expect((await meta.publish(post, token)).body.error).toMatchObject(dead);
    expect(await meta.debug(token)).toMatchObject({ is_valid: false, error: { subcode } });
    expect(await meta.live()).toEqual([]);
  },
);

test('a token can be called dead in one answer only', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  await meta.fault('readPage', 'tokenDead', { subcode: 467, onlyThisAnswer: true });
  expect((await meta.get('/me', token)).body.error).toMatchObject({ code: 190, error_subcode: 467 });
  expect((await meta.get('/me', token)).status).toBe(200);
});

test('a fault hits once, or as often as it says, or always, and tells how often it did', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const statuses = async (calls: number) => {
    const seen = [];
    for (let count = 0; count < calls; count++) seen.push((await meta.get('/me', token)).status);
    return seen;
  };
  await meta.fault('any', 'refuse', { times: 2 });
  expect(await statuses(3)).toEqual([400, 400, 200]);
  await meta.fault('readPage', 'refuse', { times: 'always' });
  expect(await statuses(3)).toEqual([400, 400, 400]);
  expect((await meta.sim('GET', 'faults')).body).toMatchObject([
    { hits: 2, remaining: 0 },
    { hits: 3, remaining: null },
  ]);
  await meta.sim('DELETE', 'faults');
  expect(await statuses(1)).toEqual([200]);
});

test('a fault can be meant for one Page or one post', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const [first, second] = [await meta.draft(token, 'first'), await meta.draft(token, 'second')];
  await meta.fault('any', 'refuse', { page: pottery, times: 'always' });
  await meta.fault('publish', 'refuse', { post: second, times: 'always' });
  expect((await meta.publish(first, token)).status).toBe(200);
  expect((await meta.publish(second, token)).status).toBe(400);
  expect((await meta.get('/me', await meta.pageToken(bakery))).status).toBe(200);
});

test('calls of the app itself can fail too', async () => {
  await using meta = await simulated();
  const code = (await meta.decide()).searchParams.get('code') ?? '';
  await meta.fault('token', 'errorButDone');
  expect((await meta.redeem(code)).status).toBe(500);
  expect((await meta.redeem(code)).body.error).toMatchObject({ error_subcode: 36_009 });
  const token = await meta.login();
  await meta.fault('debugToken', 'refuse', { status: 500 });
  expect((await meta.get('/debug_token', '1|1', { input_token: token })).status).toBe(500);
});

test('a fault that is misspelt is refused with a sentence', async () => {
  await using meta = await simulated();
  expect((await meta.fault('publishing', 'dropAnswer')).status).toBe(400);
  expect((await meta.fault('publish', 'dropAnswer', { time: 3 })).body.problem).toContain('time');
});

test('the faults of one Page are listed and forgotten without those of others', async () => {
  await using meta = await simulated();
  await meta.fault('publish', 'resetBefore', { page: bakery });
  await meta.fault('publish', 'resetBefore', { page: pottery });
  const faults = async (page: string, method = 'GET') =>
    (await fetch(`${meta.url}/sim/faults?page=${page}`, { method })).json();
  expect(await faults(bakery)).toMatchObject([{ page: bakery }]);
  await faults(bakery, 'DELETE');
  expect(await faults(bakery)).toEqual([]);
  expect(await faults(pottery)).toHaveLength(1);
});
