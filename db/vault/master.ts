import { sodium } from './sodium.ts';

/** What is derived from the master key: one key a purpose. */
export interface MasterKeys {
  /** Names this master key in what it wraps, so that a rotation sees what is left to do. */
  id: number;
  wrapping: Uint8Array;
  passwords: Uint8Array;
  intakeSeed: Uint8Array;
}

const purposes = { id: 0, wrapping: 1, passwords: 2, intake: 3 } as const;
const keyBytes = 32;

export function deriveKeys(masterKey: string): MasterKeys {
  const master = Buffer.from(masterKey, 'base64');
  if (master.length !== keyBytes) throw new Error('The master key must be 32 bytes in base64');
  const derive = (purpose: number) => subkey(master, 'qxmaster', purpose);
  try {
    return {
      id: Buffer.from(derive(purposes.id)).readUInt32BE(),
      wrapping: derive(purposes.wrapping),
      passwords: derive(purposes.passwords),
      intakeSeed: derive(purposes.intake),
    };
  } finally {
    sodium.memzero(master);
  }
}

export function wipeKeys(keys: MasterKeys): void {
  for (const key of [keys.wrapping, keys.passwords, keys.intakeSeed]) sodium.memzero(key);
}

/** For whoever makes the configuration: the public half of the intake key, in base64, that belongs to a master key. */
export function intakePublicKeyOf(masterKey: string): string {
  const keys = deriveKeys(masterKey);
  const { publicKey, privateKey } = sodium.crypto_box_seed_keypair(keys.intakeSeed);
  sodium.memzero(privateKey);
  wipeKeys(keys);
  return Buffer.from(publicKey).toString('base64');
}

/** @param context 8 characters that no other use of the same key has */
export const subkey = (key: Uint8Array, context: string, purpose: number): Uint8Array =>
  sodium.crypto_kdf_derive_from_key(keyBytes, purpose, context, key);
