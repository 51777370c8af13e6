import { VaultError } from './envelope.ts';
import { sodium } from './sodium.ts';

const version = Buffer.of(1);

/**
 * Seals what only a worker may read, an OAuth code above all: whoever seals cannot open it again.
 * @param publicKey INTAKE_PUBLIC_KEY, in base64; from the configuration, never from a database
 */
export async function sealToIntake(publicKey: string, plain: string): Promise<Buffer> {
  return Buffer.concat([version, sodium.crypto_box_seal(plain, Buffer.from(publicKey, 'base64'))]);
}

/** @throws VaultError */
export function openFromIntake(keys: { intakePublic: Uint8Array; intakeSecret: Uint8Array }, sealed: Buffer): string {
  if (sealed[0] !== version[0] || sealed.length <= version.length + sodium.crypto_box_SEALBYTES) throw new VaultError();
  try {
    const plain = sodium.crypto_box_seal_open(sealed.subarray(1), keys.intakePublic, keys.intakeSecret);
    const text = sodium.to_string(plain);
    sodium.memzero(plain);
    return text;
  } catch {
    throw new VaultError();
  }
}
