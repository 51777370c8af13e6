import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import type { Caller } from '../../api/session/caller.ts';
import { Rates } from '../../api/session/rates.ts';
import { type Api, type Person, startApi } from './api.ts';
import { images } from './seed.ts';

const perCaller = 40;
const perTenant = 1_000;
let api: Api;
let tenant: string;

beforeAll(async () => {
  api = await startApi({
    ...{ REQUESTS_PER_MINUTE: perCaller, TENANT_REQUESTS_PER_MINUTE: perTenant },
    TENANT_MEDIA_BYTES: images.jpg.length + images.png.length - 1,
  });
  tenant = await api.fresh.tenant();
});
afterAll(() => api.stop());

const ask = ({ client }: Person) => client.get<Problem>('/v1/accounts');

/** Asks until it is not served any more. @returns how often it was, and the refusal */
async function untilRefused(person: Person) {
  for (let served = 0; served <= perTenant; served += 1) {
    const answer = await ask(person);
    if (answer.status !== 200) return { served, answer };
  }
  throw new Error('It was always served');
}

test('a tenant keeps no more media than it may, and is told how to make room; what is there already takes none again', async () => {
  const { client } = await api.person(await api.fresh.tenant(), 'editor');
  const upload = (image: Uint8Array) => client.post<Problem>('/v1/media', image);
  expect((await upload(images.jpg)).status).toBe(201);
  const { status, body } = await upload(images.png);
  expect([status, body.type]).toEqual([409, '/problems/storage-full']);
  expect(body.detail).toContain('DELETE /v1/media/');
  expect((await upload(images.jpg)).status).toBe(200);
});

test('who asks too often in a minute waits, and nobody else does', async () => {
  const [one, two] = [await api.person(tenant, 'viewer'), await api.person(tenant, 'viewer')];
  const { served, answer } = await untilRefused(one);
  expect(served).toBeGreaterThanOrEqual(perCaller);
  expect([answer.status, answer.body.type]).toEqual([429, '/problems/too-many-requests']);
  const waitSeconds = Number(answer.headers.get('retry-after'));
  expect(waitSeconds).toBeGreaterThan(0);
  expect(waitSeconds).toBeLessThanOrEqual(60);
  expect((await ask(two)).status).toBe(200);
});

test('all callers of a tenant together are served so much in a minute, and other tenants are not held back by them', () => {
  const rates = new Rates({ perCaller: 3, perTenant: 5 });
  const caller = (actor: string, of: string): Caller => {
    return { kind: 'api-key', actor, tenant: of, role: 'viewer', closed: false, scopes: [] };
  };
  const served = (actor: string, of: string) => rates.count(caller(actor, of)) === 0;
  expect(['a', 'a', 'a', 'a'].map((actor) => served(actor, 'busy'))).toEqual([true, true, true, false]);
  expect(['b', 'b', 'c'].map((actor) => served(actor, 'busy'))).toEqual([true, true, false]);
  expect(served('a', 'other')).toBe(false);
  expect(served('d', 'other')).toBe(true);
});
