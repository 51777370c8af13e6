import { expect, test } from 'vitest';
import { bakery, pottery, simulated } from './simulated.ts';

const MINUTE_MS = 60_000;

test('calls with the tokens of a Page fill its limit: the headers rise, then comes the error with the minutes to wait', async () => {
  await using meta = await simulated();
  const [token, other] = [await meta.pageToken(), await meta.pageToken(pottery)];
  await meta.switch({ pageCallsPerWindow: 4, limitWindowMs: 10 * MINUTE_MS });
  const percents = [];
  for (let call = 0; call < 4; call++) percents.push(usage(await read(token)).call_count);
  expect(percents).toEqual([25, 50, 75, 100]);

  const refused = await read(token);
  expect(refused.body.error).toMatchObject({ code: 80001 });
  expect(usage(refused)).toMatchObject({ type: 'pages', call_count: 100, estimated_time_to_regain_access: 10 });
  expect((await read(other, pottery)).status).toBe(200);
  expect((await meta.sim('GET', 'limits')).body).toEqual({ calls: 6, refused: 1 });

  async function read(page: string, id = bakery) {
    return meta.get(`/${id}`, page, { fields: 'id' });
  }
  function usage({ headers }: Awaited<ReturnType<typeof read>>) {
    return JSON.parse(headers.get('x-business-use-case-usage') ?? '{}')[bakery][0];
  }
});

test('who goes on although refused is let in later; who waits is let in again', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  await meta.switch({ pageCallsPerWindow: 2, limitWindowMs: 10 * MINUTE_MS });
  const read = async () => (await meta.get(`/${bakery}`, token, { fields: 'id' })).status;
  expect([await read(), await read(), await read()]).toEqual([200, 200, 400]);
  await meta.passTime(9 * MINUTE_MS);
  expect([await read(), await read()]).toEqual([400, 400]);
  await meta.passTime(11 * MINUTE_MS);
  expect(await read()).toBe(400);
  await meta.passTime(22 * MINUTE_MS);
  expect(await read()).toBe(200);
});

test('the limit of the app counts the calls of everybody', async () => {
  await using meta = await simulated();
  const [token, page] = [await meta.login(), await meta.pageToken(pottery)];
  await meta.switch({ appCallsPerWindow: 2 });
  await meta.get('/me/accounts', token);
  const { headers } = await meta.get(`/${pottery}`, page, { fields: 'id' });
  expect(JSON.parse(headers.get('x-app-usage') ?? '')).toMatchObject({ call_count: 100 });
  expect(JSON.parse(headers.get('x-business-use-case-usage') ?? '')[pottery][0]).toMatchObject({ call_count: 1 });
  expect((await meta.get('/me/accounts', token)).body.error).toMatchObject({ code: 4 });
});
