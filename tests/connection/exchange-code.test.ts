import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sealPlace } from '../../activities/connection/credential.ts';
import { connectionActivities } from '../../activities/connection/index.ts';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { routeHash } from '../../db/vault/route-hash.ts';
import { connectionId } from '../../workflows/ids.ts';
import { goWrong, newPerson, type Person } from './person.ts';
import { connectionPlace, type Place } from './place.ts';

let place: Place;
let tenant: string;
let person: Person;
let act: ReturnType<typeof connectionActivities>;

beforeAll(async () => {
  place = await connectionPlace();
  tenant = await place.control.tenant();
  act = connectionActivities(place.parts);
});
beforeEach(async () => {
  await place.simulator.noFaults();
  person = await newPerson(place.simulator, [{ name: 'Bakery' }]);
});
afterAll(() => place.close());

const exchange = (authorization: string, nowMs = Date.now()) => act.exchangeCode({ tenant, authorization, nowMs });
const rowOf = (authorization: string) =>
  place.parts.tenants.use(tenant, (db) =>
    db.selectFrom('authorizations').selectAll().where('id', '=', authorization).executeTakeFirstOrThrow(),
  );
const connectionOf = ({ id }: Person) =>
  place.parts.tenants.use(tenant, (db) =>
    db
      .selectFrom('connections as c')
      .innerJoin('credentials as k', 'k.connection', 'c.id')
      .selectAll('c')
      .select([
        'k.id as credential',
        'k.token_sealed',
        'k.expires_at',
        'k.refresh_at',
        'k.scopes',
        'k.obtained_at',
        'k.health',
      ])
      .where('c.meta_user_id', '=', id)
      .execute(),
  );

test('a code becomes a connection with a sealed token that will be refreshed at 80 % of its life', async () => {
  const authorization = await place.returned(tenant, person);
  const nowMs = Date.now();
  expect(await exchange(authorization, nowMs)).toBe('settled');

  const [row, ...others] = await connectionOf(person);
  if (!row) throw new Error('no connection');
  expect(others).toEqual([]);
  expect(row).toMatchObject({ state: 'discovering', health: 'alive' });
  expect(row.scopes).toContain('pages_manage_posts');
  const lifeMs = Number(row.expires_at) - nowMs;
  expect(lifeMs / 86_400_000).toBeCloseTo(60, 0);
  const share = (Number(row.refresh_at) - nowMs) / lifeMs;
  expect(share).toBeGreaterThanOrEqual(0.78);
  expect(share).toBeLessThanOrEqual(0.82);

  expect(await rowOf(authorization)).toMatchObject({
    status: 'done',
    connection: row.id,
    code_sealed: null,
    reason: null,
  });
  const token = await place.parts.vault.open(sealPlace(tenant, row.credential), row.token_sealed ?? Buffer.of());
  expect(row.token_sealed?.includes(token)).toBe(false);
});

test('the person is known in control by a keyed hash only, and the workflow of the connection runs', async () => {
  await exchange(await place.returned(tenant, person));
  const [row] = await connectionOf(person);
  const id = connectionId(tenant, row?.id ?? '');
  expect(await readEntry(place.parts.control, id)).toMatchObject({ wanted: 1, sent: 1 });
  const hash = routeHash(place.control.routeKey, 'person', person.id);
  const routes = await place.parts.control.selectFrom('routes').selectAll().where('hash', '=', hash).execute();
  expect(routes).toMatchObject([{ kind: 'person', tenant }]);
  const { status, searchAttributes } = await place.parts.temporal.workflow.getHandle(id).describe();
  expect(status.name).toBe('RUNNING');
  expect(searchAttributes.ConnectionId).toEqual([row?.id]);
});

test('the same person finds the same connection again', async () => {
  await exchange(await place.returned(tenant, person));
  const [first] = await connectionOf(person);
  const again = await place.returned(tenant, person);
  await exchange(again);
  const [second, ...others] = await connectionOf(person);
  expect(others).toEqual([]);
  expect(second?.id).toBe(first?.id);
  expect(second?.token_sealed).not.toEqual(first?.token_sealed);
  expect((await rowOf(again)).connection).toBe(first?.id);
});

test('running it twice changes nothing', async () => {
  const authorization = await place.returned(tenant, person);
  await exchange(authorization);
  const before = [await connectionOf(person), await rowOf(authorization)];
  expect(await exchange(authorization)).toBe('settled');
  expect([await connectionOf(person), await rowOf(authorization)]).toEqual(before);
});

test('an answer that was lost after Meta took the code ends in words', async () => {
  const authorization = await place.returned(tenant, person);
  await goWrong(place.simulator, 'token', 'dropAnswer');
  await expect(exchange(authorization)).rejects.toThrow('Meta did not take the code');
  expect(await exchange(authorization)).toBe('settled');
  const row = await rowOf(authorization);
  expect(row).toMatchObject({ status: 'failed', code_sealed: null });
  expect(row.reason).toMatch(/Please connect again\.$/);
  expect(await connectionOf(person)).toEqual([]);
});

test('a fault after the code was spent costs nothing: what it bought is sealed, and the next attempt goes on from there', async () => {
  const authorization = await place.returned(tenant, person);
  await goWrong(place.simulator, 'debugToken', 'errorButDone');
  await expect(exchange(authorization)).rejects.toThrow('whose token');
  const between = await rowOf(authorization);
  expect(between.status).toBe('exchanging');
  expect(between.code_sealed?.toString('latin1')).not.toMatch(/EAA/);
  expect(await exchange(authorization)).toBe('settled');
  expect(await rowOf(authorization)).toMatchObject({ status: 'done' });
});

test('a passing fault before Meta took the code is tried again', async () => {
  const authorization = await place.returned(tenant, person);
  await goWrong(place.simulator, 'token', 'resetBefore');
  await expect(exchange(authorization)).rejects.toMatchObject({ nonRetryable: false });
  await goWrong(place.simulator, 'token', 'rateLimited', { code: 4, regainMinutes: 3 });
  await expect(exchange(authorization)).rejects.toMatchObject({ category: 'BENIGN' });
  expect(await exchange(authorization)).toBe('settled');
  expect(await rowOf(authorization)).toMatchObject({ status: 'done' });
});

test('two runs at once make one connection, and end', async () => {
  const authorization = await place.returned(tenant, person);
  await Promise.allSettled([exchange(authorization), exchange(authorization)]);
  await exchange(authorization);
  expect(await rowOf(authorization)).toMatchObject({ status: 'done' });
  expect(await connectionOf(person)).toHaveLength(1);
});

test('nobody who comes back later is let into a connection that is being erased', async () => {
  await exchange(await place.returned(tenant, person));
  await place.parts.tenants.use(tenant, (db) =>
    db.updateTable('connections').set({ state: 'erasing' }).where('meta_user_id', '=', person.id).execute(),
  );
  const authorization = await place.returned(tenant, person);
  await exchange(authorization);
  expect(await rowOf(authorization)).toMatchObject({ status: 'failed', code_sealed: null });
  expect(await connectionOf(person)).toMatchObject([{ state: 'erasing' }]);
});

test('an attempt that nobody came back for, or that could not be finished, ends in words', async () => {
  const authorization = await place.returned(tenant, person);
  await act.giveUpAuthorization({ tenant, authorization });
  expect(await rowOf(authorization)).toMatchObject({ status: 'failed', code_sealed: null });

  const waiting = await place.returned(tenant, person);
  await place.parts.tenants.use(tenant, (db) =>
    db.updateTable('authorizations').set({ status: 'waiting', code_sealed: null }).where('id', '=', waiting).execute(),
  );
  const { expires_at } = await rowOf(waiting);
  await act.expireAuthorization({ tenant, authorization: waiting, nowMs: expires_at.getTime() - 1 });
  expect((await rowOf(waiting)).status).toBe('waiting');
  await act.expireAuthorization({ tenant, authorization: waiting, nowMs: expires_at.getTime() });
  expect(await rowOf(waiting)).toMatchObject({
    status: 'expired',
    reason: expect.stringContaining('Please connect again'),
  });
});
