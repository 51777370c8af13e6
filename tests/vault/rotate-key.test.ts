import { ApplicationFailure } from '@temporalio/common';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tenantActivities } from '../../activities/tenant/index.ts';
import { quietMs } from '../../activities/tenant/quiet.ts';
import { type ControlDb, connectControl } from '../../db/control/connect.ts';
import { askKeyWork } from '../../db/control/key-work/ask.ts';
import { sealedColumns } from '../../db/tenant/sealed/columns.ts';
import { sealToIntake } from '../../db/vault/intake.ts';
import { tenantWorkId } from '../../workflows/ids.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';
import { fill, type Opened, openVault, placeOf, readToken } from './sealed.ts';

let fresh: FreshControl;
let owner: ControlDb;
let opened: Opened;
let tenant: string;
let credentials: string[];

beforeAll(async () => {
  fresh = await freshControl();
  owner = connectControl(fresh.ownerUrl, { maxConnections: 1 });
});
afterAll(async () => {
  await opened?.close();
  await owner.destroy();
  await fresh.close();
});

const ask = () => askKeyWork(fresh.control, { id: tenantWorkId(tenant, 'rotate-key'), tenant, work: 'rotate-key' });
const act = () => tenantActivities({ control: fresh.control, ...opened });
const ref = () => ({ tenant, work: 'rotate-key' as const });
const keyIds = async () =>
  (await owner.selectFrom('tenant_keys').select('key_id').where('tenant', '=', tenant).orderBy('key_id').execute()).map(
    ({ key_id }) => key_id,
  );
const sealedUnder = (keyId: number) =>
  opened.tenants.use(tenant, async (db) => {
    const rows = await db.selectFrom('credentials').select('token_sealed').execute();
    return rows.filter(({ token_sealed }) => token_sealed?.readUInt32BE(1) === keyId).length;
  });
const quietFor = (ms: number) =>
  owner
    .updateTable('key_work')
    .set({ quiet_since: sql`clock_timestamp() - make_interval(secs => ${ms / 1_000})` })
    .where('tenant', '=', tenant)
    .execute();

async function newTenant(count: number): Promise<void> {
  await opened?.close();
  opened = await openVault(fresh, fresh);
  tenant = await fresh.tenant();
  credentials = await fill(opened, tenant, count);
}

test('every value is under the new key after one pass, and opens; the old key stays until it is quiet', async () => {
  await newTenant(250);
  await ask();
  await act().makeDataKey(ref());
  expect(await act().reseal(ref())).toEqual({ resealed: 250, unopenable: 0 });
  expect([await sealedUnder(1), await sealedUnder(2)]).toEqual([0, 250]);
  for (const credential of credentials) await readToken(opened, tenant, credential);
  expect(await act().forgetOldKeys(ref())).toBe('early');
  expect(await keyIds()).toEqual([1, 2]);
  await quietFor(quietMs - 2_000);
  expect(await act().forgetOldKeys(ref())).toBe('early');
  await quietFor(quietMs);
  expect(await act().forgetOldKeys(ref())).toBe('forgotten');
  expect(await keyIds()).toEqual([2]);
  const other = await openVault(fresh, fresh);
  for (const credential of credentials.slice(0, 20)) await readToken(other, tenant, credential);
  await other.close();
});

test('each step may be done twice', async () => {
  await newTenant(10);
  await ask();
  await Promise.all([act().makeDataKey(ref()), act().makeDataKey(ref())]);
  await act().makeDataKey(ref());
  expect(await keyIds()).toEqual([1, 2]);
  await Promise.all([act().reseal(ref()), act().reseal(ref())]);
  expect(await act().reseal(ref())).toEqual({ resealed: 0, unopenable: 0 });
  await quietFor(quietMs);
  expect(await act().forgetOldKeys(ref())).toBe('forgotten');
  expect(await act().forgetOldKeys(ref())).toBe('forgotten');
  await act().makeDataKey(ref());
  expect(await keyIds()).toEqual([2]);
});

test('asked again while it is under way, it goes on; asked again after, it begins anew', async () => {
  await newTenant(5);
  await ask();
  await act().makeDataKey(ref());
  await ask();
  expect(await act().readKeyWork(ref())).toMatchObject({ is: 'rotating', made: true, wanted: 2 });
  await act().reseal(ref());
  await quietFor(quietMs);
  await act().forgetOldKeys(ref());
  expect(await act().readKeyWork(ref())).toMatchObject({ is: 'over', resealed: 5 });
  await ask();
  expect(await act().readKeyWork(ref())).toMatchObject({ is: 'rotating', made: false, resealed: 0 });
});

test('what a worker still seals under the key that it remembers keeps that key until it is sealed anew', async () => {
  await newTenant(3);
  // As the newest, for another minute.
  const remembering = await openVault(fresh, fresh);
  const [late = ''] = credentials;
  await remembering.vault.seal(placeOf(tenant, late), 'warm');
  await ask();
  await act().makeDataKey(ref());
  await act().reseal(ref());
  const sealed = await remembering.vault.seal(placeOf(tenant, late), `token of ${late}`);
  expect(sealed.readUInt32BE(1)).toBe(1);
  await opened.tenants.use(tenant, (db) =>
    db.updateTable('credentials').set({ token_sealed: sealed }).where('id', '=', late).execute(),
  );
  await quietFor(quietMs);
  expect(await act().forgetOldKeys(ref())).toBe('in use');
  expect(await keyIds()).toEqual([1, 2]);
  expect(await act().reseal(ref())).toEqual({ resealed: 1, unopenable: 0 });
  expect(await act().forgetOldKeys(ref())).toBe('early');
  await readToken(opened, tenant, late);
  await remembering.close();
});

test('a row that somebody holds is waited for by nobody, and keeps the old key', async () => {
  await newTenant(3);
  await ask();
  await act().makeDataKey(ref());
  const [held = ''] = credentials;
  await opened.tenants.use(tenant, (db) =>
    db.transaction().execute(async (trx) => {
      await trx.selectFrom('credentials').select('id').where('id', '=', held).forUpdate().execute();
      expect(await act().reseal(ref())).toEqual({ resealed: 2, unopenable: 0 });
    }),
  );
  await quietFor(quietMs);
  expect(await act().forgetOldKeys(ref())).toBe('in use');
  expect(await act().reseal(ref())).toEqual({ resealed: 1, unopenable: 0 });
});

test('a damaged value stops nothing, is counted, and keeps the key that it names', async () => {
  await newTenant(3);
  const [damaged = ''] = credentials;
  await opened.tenants.use(tenant, (db) =>
    db
      .updateTable('credentials')
      .set({ token_sealed: sql`set_byte(token_sealed, 40, (get_byte(token_sealed, 40) + 1) % 256)` })
      .where('id', '=', damaged)
      .execute(),
  );
  await ask();
  await act().makeDataKey(ref());
  expect(await act().reseal(ref())).toEqual({ resealed: 2, unopenable: 1 });
  await quietFor(quietMs);
  expect(await act().forgetOldKeys(ref())).toBe('forgotten');
  expect(await keyIds()).toEqual([1, 2]);
});

test('a token that stands in for a code is sealed anew; a code that the API sealed is left as it is', async () => {
  await newTenant(0);
  const [token, code] = [uuidv7(), uuidv7()];
  const place = (row: string) => ({ tenant, table: 'authorizations', row, column: 'code_sealed' });
  const sealed = {
    [token]: await opened.vault.seal(place(token), 'a token'),
    [code]: await sealToIntake(fresh.intakePublicKey, place(code), 'a code'),
  };
  await opened.tenants.use(tenant, (db) =>
    db
      .insertInto('authorizations')
      .values(
        Object.entries(sealed).map(([id, code_sealed]) => ({
          ...{ id, session: uuidv7(), person: uuidv7(), code_sealed },
          state_hash: Buffer.from(id),
          expires_at: new Date(),
        })),
      )
      .execute(),
  );
  await ask();
  await act().makeDataKey(ref());
  expect(await act().reseal(ref())).toEqual({ resealed: 1, unopenable: 0 });
  const rows = await opened.tenants.use(tenant, (db) =>
    db.selectFrom('authorizations').select(['id', 'code_sealed']).execute(),
  );
  const now = Object.fromEntries(rows.map((row) => [row.id, row.code_sealed ?? Buffer.alloc(0)]));
  expect(await opened.vault.open(place(token), now[token] ?? Buffer.alloc(0))).toBe('a token');
  expect(now[code]).toEqual(sealed[code]);
});

test('every column that holds something sealed is known to the rotation', async () => {
  await newTenant(0);
  const { rows } = await opened.tenants.use(tenant, (db) =>
    sql<{ table: string; column: string }>`
      select table_name as table, column_name as column from information_schema.columns
      where table_schema = 'public' and column_name like '%\\_sealed'`.execute(db),
  );
  const named = (columns: readonly { table: string; column: string }[]) =>
    columns.map(({ table, column }) => `${table}.${column}`).sort();
  expect(named(rows)).toEqual(named(sealedColumns));
});

test('a worker with another master key than the one that was asked for wraps nothing', async () => {
  await newTenant(1);
  const work = 'rewrap' as const;
  const [masterId] = opened.vault.masterIds;
  await askKeyWork(fresh.control, { id: tenantWorkId(tenant, work), tenant, work, masterId: masterId + 1 });
  await expect(act().rewrapKeys({ tenant, work })).rejects.toThrow(ApplicationFailure);
  expect(await act().readKeyWork({ tenant, work })).toMatchObject({ is: 'rewrapping' });
});
