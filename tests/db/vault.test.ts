import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectControl } from '../../db/control/connect.ts';
import { openPassword, sealPassword } from '../../db/vault/catalogue.ts';
import { configuredKeys } from '../../db/vault/configured-keys.ts';
import { newDataKey } from '../../db/vault/data-key.ts';
import { sealToIntake } from '../../db/vault/intake.ts';
import { deriveKeys, intakePublicKeyOf } from '../../db/vault/master.ts';
import { routeHash } from '../../db/vault/route-hash.ts';
import { sodium } from '../../db/vault/sodium.ts';
import { type SealContext, Vault, VaultError } from '../../db/vault/vault.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';

let fresh: FreshControl;
let vault: Vault;
let here: SealContext;
let otherTenant: string;
beforeAll(async () => {
  fresh = await freshControl();
  vault = await Vault.open({ masterKey: fresh.masterKey, control: fresh.control });
  here = { tenant: await fresh.tenant(), table: 'credentials', row: v7(), column: 'token_sealed' };
  otherTenant = await fresh.tenant();
});
afterAll(async () => {
  vault.close();
  await fresh.close();
});

const key = () => randomBytes(32).toString('base64');
const message = 'The sealed value cannot be opened';

/** One message, one class, and nothing else that could tell what was wrong. */
async function refused(opening: () => Promise<unknown> | unknown): Promise<void> {
  const error = await Promise.resolve()
    .then(opening)
    .then(
      () => 'opened',
      (cause: unknown) => cause,
    );
  expect(error).toBeInstanceOf(VaultError);
  expect(error).toMatchObject({ message, name: 'VaultError' });
  expect((error as Error).cause).toBeUndefined();
}

test('what is sealed opens again where it belongs, whatever the text', () =>
  fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 400 }), async (text) => {
      expect(await vault.open(here, await vault.seal(here, text))).toBe(text);
    }),
    { numRuns: 50 },
  ));

test('the same text is never sealed to the same bytes', async () => {
  const sealed = await Promise.all(Array.from({ length: 20 }, () => vault.seal(here, 'token')));
  expect(new Set(sealed.map((bytes) => bytes.toString('hex'))).size).toBe(20);
  expect(sealed.some((bytes) => bytes.includes('token'))).toBe(false);
});

test('a sealed value opens in no other row, column, table or tenant', async () => {
  const sealed = await vault.seal(here, 'token');
  const places: Partial<SealContext>[] = [
    { row: v7() },
    { column: 'code_sealed' },
    { table: 'authorizations' },
    { tenant: otherTenant },
    { tenant: v7() },
  ];
  for (const elsewhere of places) await refused(() => vault.open({ ...here, ...elsewhere }, sealed));
});

test('two places never read the same once joined', async () => {
  await expect(vault.seal({ ...here, row: 'a|b' }, 'token')).rejects.toThrow('must not contain');
});

test('one changed bit, anywhere, and a sealed value does not open', async () => {
  const sealed = await vault.seal(here, 'token');
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await refused(() => vault.open(here, changed));
  }
});

test('what is cut short, or is no sealed value at all, is refused the same way', async () => {
  const sealed = await vault.seal(here, 'token');
  for (let length = 0; length < sealed.length; length += 1)
    await refused(() => vault.open(here, sealed.subarray(0, length)));
  await refused(() => vault.open(here, randomBytes(200)));
});

test('another master key opens nothing', async () => {
  const sealed = await vault.seal(here, 'token');
  const intake = await sealToIntake(fresh.intakePublicKey, here, 'code');
  const other = await Vault.open({ masterKey: key(), control: fresh.control });
  await refused(() => other.open(here, sealed));
  await refused(() => other.seal(here, 'token'));
  await refused(() => other.openIntake(here, intake));
});

test('a data key put in the place of another tenant is refused', async () => {
  const owner = connectControl(fresh.ownerUrl, { maxConnections: 1 });
  const [from, to] = [await fresh.tenant(), await fresh.tenant()];
  const { wrapped } = await owner
    .selectFrom('tenant_keys')
    .select('wrapped')
    .where('tenant', '=', from)
    .executeTakeFirstOrThrow();
  await owner.updateTable('tenant_keys').set({ wrapped }).where('tenant', '=', to).execute();
  await refused(() => vault.seal({ ...here, tenant: to }, 'token'));
  // Nor under another number.
  await owner.updateTable('tenant_keys').set({ key_id: 2 }).where('tenant', '=', from).execute();
  await refused(() => vault.seal({ ...here, tenant: from }, 'token'));
  await owner.destroy();
});

test('after a new key came, old values open and new ones are sealed under it', async () => {
  const owner = connectControl(fresh.ownerUrl, { maxConnections: 1 });
  const context = { ...here, tenant: await fresh.tenant() };
  const old = await vault.seal(context, 'old');
  const wrapped = await newDataKey(configuredKeys(fresh), context.tenant, 2);
  await owner.insertInto('tenant_keys').values({ tenant: context.tenant, key_id: 2, wrapped }).execute();
  const restarted = await Vault.open({ masterKey: fresh.masterKey, control: fresh.control });
  const sealed = await restarted.seal(context, 'new');
  expect([old.readUInt32BE(1), sealed.readUInt32BE(1)]).toEqual([1, 2]);
  expect([await restarted.open(context, old), await restarted.open(context, sealed)]).toEqual(['old', 'new']);
  await owner.destroy();
});

test('a tenant whose key is destroyed has nothing left that opens', async () => {
  const owner = connectControl(fresh.ownerUrl, { maxConnections: 1 });
  const context = { ...here, tenant: await fresh.tenant() };
  const sealed = await vault.seal(context, 'token');
  await owner.deleteFrom('tenant_keys').where('tenant', '=', context.tenant).execute();
  await owner.destroy();
  const restarted = await Vault.open({ masterKey: fresh.masterKey, control: fresh.control });
  await refused(() => restarted.open(context, sealed));
});

test('what is sealed to the intake key opens in the vault, and whole only', async () => {
  expect(vault.intakePublicKey).toBe(fresh.intakePublicKey);
  expect(intakePublicKeyOf(fresh.masterKey)).toBe(fresh.intakePublicKey);
  const sealed = await sealToIntake(fresh.intakePublicKey, here, 'the code');
  expect(vault.openIntake(here, sealed)).toBe('the code');
  for (let byte = 0; byte < sealed.length; byte += 1) {
    const changed = Buffer.from(sealed);
    changed[byte] = (changed[byte] ?? 0) ^ 1;
    await refused(() => vault.openIntake(here, changed));
  }
  await refused(() => vault.openIntake(here, Buffer.alloc(0)));
});

test('what is sealed to the intake key opens in its own place only', async () => {
  const sealed = await sealToIntake(fresh.intakePublicKey, here, 'the code');
  for (const elsewhere of [{ tenant: v7() }, { table: 'media' }, { row: v7() }, { column: 'other' }])
    await refused(() => vault.openIntake({ ...here, ...elsewhere }, sealed));
});

test('the public half of the intake key opens nothing', async () => {
  const sealed = await sealToIntake(fresh.intakePublicKey, here, 'the code');
  expect(sealed.includes('the code')).toBe(false);
  const asIfMaster = await Vault.open({ masterKey: fresh.intakePublicKey, control: fresh.control });
  await refused(() => asIfMaster.openIntake(here, sealed));
});

test('every purpose has a key of its own, and none is the master key itself', () => {
  const master = Buffer.from(fresh.masterKey, 'base64');
  const { wrapping, passwords, intakeSeed } = deriveKeys(fresh.masterKey);
  const keys = [master, wrapping, passwords, intakeSeed].map((secret) => Buffer.from(secret).toString('hex'));
  expect(new Set(keys).size).toBe(keys.length);
  const straightFromMaster = sodium.crypto_box_seed_keypair(master);
  expect(fresh.intakePublicKey).not.toBe(Buffer.from(straightFromMaster.publicKey).toString('base64'));
});

test('the password of one tenant opens for no other, nor with another key', async () => {
  const [tenant, catalogueKey] = [v7(), key()];
  const sealed = await sealPassword(catalogueKey, tenant, 'secret');
  expect(await openPassword(catalogueKey, tenant, sealed)).toBe('secret');
  await refused(() => openPassword(catalogueKey, v7(), sealed));
  await refused(() => openPassword(key(), tenant, sealed));
  await refused(() => openPassword(fresh.masterKey, tenant, sealed));
});

test('neither the vault nor its errors show a key when printed', async () => {
  const { inspect } = await import('node:util');
  await vault.seal(here, 'token');
  const shown = inspect(vault, { depth: 10, showHidden: true }) + JSON.stringify(vault);
  const master = Buffer.from(fresh.masterKey, 'base64');
  const keys = deriveKeys(fresh.masterKey);
  for (const secret of [master, keys.wrapping, keys.passwords, keys.intakeSeed])
    for (const form of ['base64', 'hex'] as const) expect(shown).not.toContain(Buffer.from(secret).toString(form));
  expect(Object.keys(vault)).toEqual(['intakePublicKey', 'masterIds']);
});

test('a key that is not 32 bytes is refused without being shown', async () => {
  const short = randomBytes(31).toString('base64');
  const error = await Vault.open({ masterKey: short, control: fresh.control }).catch((cause: Error) => cause);
  expect(String(error)).toContain('must be 32 bytes');
  expect(String(error)).not.toContain(short);
});

test('a route depends on the key, the kind and the id, and on nothing else', () => {
  const routeKey = key();
  const all = [
    routeHash(routeKey, 'page', '1'),
    routeHash(routeKey, 'instagram', '1'),
    routeHash(routeKey, 'person', '1'),
    routeHash(routeKey, 'page', '2'),
    routeHash(key(), 'page', '1'),
  ];
  expect(new Set(all.map((hash) => hash.toString('hex'))).size).toBe(5);
  expect(routeHash(routeKey, 'page', '1')).toEqual(all[0]);
  expect(all[0]).toHaveLength(32);
});
