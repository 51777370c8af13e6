import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectControl } from '../../db/control/connect.ts';
import { configuredKeys } from '../../db/vault/configured-keys.ts';
import { newDataKey } from '../../db/vault/data-key.ts';
import { sealToIntake } from '../../db/vault/intake.ts';
import type { KeyService } from '../../db/vault/key-service.ts';
import { intakePublicKeyOf } from '../../db/vault/master.ts';
import { MasterKeyMissing, Vault, VaultError } from '../../db/vault/vault.ts';
import { openWorkerPassword, sealWorkerPassword } from '../../db/vault/worker-password.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';

let fresh: FreshControl;
beforeAll(async () => {
  fresh = await freshControl();
});
afterAll(() => fresh.close());

const key = () => randomBytes(32).toString('base64');
const placeIn = (tenant: string) => ({ tenant, table: 'credentials', row: v7(), column: 'token_sealed' });

test('while the master key is replaced, what either of the two wrapped opens', async () => {
  const tenant = await fresh.tenant();
  const [before, next] = [fresh.masterKey, key()];
  const place = placeIn(tenant);
  const old = await Vault.open({ masterKey: before, control: fresh.control });
  const sealed = await old.seal(place, 'token');
  const code = await sealToIntake(fresh.intakePublicKey, place, 'code');
  const both = await Vault.open({ masterKey: next, previousMasterKey: before, control: fresh.control });
  expect(await both.open(place, sealed)).toBe('token');
  expect(both.openIntake(place, code)).toBe('code');
  expect(both.openIntake(place, await sealToIntake(both.intakePublicKey, place, 'code'))).toBe('code');
  expect(both.intakePublicKey).toBe(intakePublicKeyOf(next));
  expect(await both.open(place, await both.seal(place, 'again'))).toBe('again');
  const onlyNext = await Vault.open({ masterKey: next, control: fresh.control });
  await expect(onlyNext.open(place, sealed)).rejects.toThrow(MasterKeyMissing);
  expect(() => onlyNext.openIntake(place, code)).toThrow(VaultError);
});

test('new things are wrapped by the new master key, also a password', async () => {
  const [before, next, tenant] = [configuredKeys({ masterKey: key() }), key(), v7()];
  const old = await sealWorkerPassword(before, tenant, 'old');
  await expect(openWorkerPassword(configuredKeys({ masterKey: next }), tenant, old)).rejects.toThrow(VaultError);
  const both = configuredKeys({ masterKey: next, previousMasterKey: key() });
  const sealed = await sealWorkerPassword(both, tenant, 'secret');
  expect(sealed.readUInt32BE(1)).toBe(both.keyIds[0]);
  expect(await openWorkerPassword(configuredKeys({ masterKey: next }), tenant, sealed)).toBe('secret');
  await expect(openWorkerPassword(both, v7(), sealed)).rejects.toThrow(VaultError);
});

test('a wrapped data key is no password, and the other way round', async () => {
  const keys = configuredKeys({ masterKey: key() });
  const wrapped = await keys.wrap('data-key', ['a'], randomBytes(32));
  await expect(keys.unwrap('password', ['a'], wrapped)).rejects.toThrow(VaultError);
});

test('a closed vault has nothing left that opens, and the bytes of its keys are gone', async () => {
  const tenant = await fresh.tenant();
  const lent: Uint8Array[] = [];
  const inner = configuredKeys(fresh);
  const watched: KeyService = {
    ...inner,
    unwrap: async (...all) => remember(await inner.unwrap(...all)),
    intakeSeed: async (id) => remember(await inner.intakeSeed(id)),
  };
  const vault = await Vault.open({ keys: watched, control: fresh.control });
  const place = placeIn(tenant);
  const sealed = await vault.seal(place, 'token');
  expect(lent.some((bytes) => bytes.some((byte) => byte !== 0))).toBe(true);
  vault.close();
  expect(lent.length).toBeGreaterThanOrEqual(2);
  for (const bytes of lent) expect(Buffer.from(bytes)).toEqual(Buffer.alloc(bytes.length));
  await expect(vault.open(place, sealed)).rejects.toThrow(VaultError);

  function remember(bytes: Uint8Array): Uint8Array {
    lent.push(bytes);
    return bytes;
  }
});

test('keys that live elsewhere, as in a KMS, serve as well', async () => {
  const tenant = await fresh.tenant();
  const kms = distantKeys();
  const owner = connectControl(fresh.ownerUrl, { maxConnections: 1 });
  const wrapped = await newDataKey(kms, tenant, 1);
  await owner.updateTable('tenant_keys').set({ wrapped }).where('tenant', '=', tenant).execute();
  await owner.destroy();
  const vault = await Vault.open({ keys: kms, control: fresh.control });
  const place = placeIn(tenant);
  expect(await vault.open(place, await vault.seal(place, 'token'))).toBe('token');
  const code = await sealToIntake(vault.intakePublicKey, place, 'code');
  expect(vault.openIntake(place, code)).toBe('code');
});

/** Another cipher and an answer that takes a while: nothing of it is what the configured keys do. */
function distantKeys(): KeyService {
  const [secret, seed] = [randomBytes(32), randomBytes(32)];
  const later = () => new Promise((resolve) => setImmediate(resolve));
  return {
    keyIds: [7],
    async wrap(what, place, plain) {
      await later();
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(Buffer.from(`${what}|${place.join('|')}`));
      const text = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]);
    },
    async unwrap(what, place, wrapped) {
      await later();
      const decipher = createDecipheriv('aes-256-gcm', secret, wrapped.subarray(0, 12));
      decipher.setAAD(Buffer.from(`${what}|${place.join('|')}`)).setAuthTag(wrapped.subarray(12, 28));
      return Buffer.concat([decipher.update(wrapped.subarray(28)), decipher.final()]);
    },
    intakeSeed: async () => Uint8Array.from(seed),
    close: () => undefined,
  };
}
