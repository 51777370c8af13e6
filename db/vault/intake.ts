import { VaultError } from './envelope.ts';
import { joined, placeOf, type SealContext } from './place.ts';
import { sodium } from './sodium.ts';

const version = Buffer.of(2);

/** A sealed box authenticates nothing beside its content, so the place is part of that. */
const headOf = (context: SealContext) => `${joined(placeOf(context))}\n`;

/**
 * Seals what only a worker may read, an OAuth code above all: whoever seals cannot open it again, and whoever moves it to another place
 * has nothing.
 * @param publicKey INTAKE_PUBLIC_KEY, in base64; from the configuration, never from a database
 */
export async function sealToIntake(publicKey: string, context: SealContext, plain: string): Promise<Buffer> {
  const sealed = sodium.crypto_box_seal(headOf(context) + plain, Buffer.from(publicKey, 'base64'));
  return Buffer.concat([version, sealed]);
}

export interface IntakeKeys {
  publicKey: Uint8Array;
  privateKey: Uint8Array;
}

/** @param seed of a key service; it is wiped */
export function intakeKeysFrom(seed: Uint8Array): IntakeKeys {
  try {
    return sodium.crypto_box_seed_keypair(seed);
  } finally {
    sodium.memzero(seed);
  }
}

/**
 * @param keys tried one after the other: a box does not say to which of them it was sealed
 * @throws VaultError
 */
export function openFromIntake(keys: readonly IntakeKeys[], context: SealContext, sealed: Buffer): string {
  if (sealed[0] !== version[0] || sealed.length <= version.length + sodium.crypto_box_SEALBYTES) throw new VaultError();
  const box = sealed.subarray(version.length);
  const text = keys.map((key) => opened(key, box)).find((opening) => opening !== undefined);
  const head = headOf(context);
  if (!text?.startsWith(head)) throw new VaultError();
  return text.slice(head.length);
}

function opened({ publicKey, privateKey }: IntakeKeys, box: Buffer): string | undefined {
  try {
    const plain = sodium.crypto_box_seal_open(box, publicKey, privateKey);
    const text = sodium.to_string(plain);
    sodium.memzero(plain);
    return text;
  } catch {
    return undefined; // sealed to another key, or no box at all: whoever asks is told that it does not open
  }
}
