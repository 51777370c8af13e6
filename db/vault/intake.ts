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

interface IntakeKeys {
  intakePublic: Uint8Array;
  intakeSecret: Uint8Array;
}

/** @throws VaultError */
export function openFromIntake(keys: IntakeKeys, context: SealContext, sealed: Buffer): string {
  if (sealed[0] !== version[0] || sealed.length <= version.length + sodium.crypto_box_SEALBYTES) throw new VaultError();
  const text = opened(keys, sealed.subarray(version.length));
  const head = headOf(context);
  if (!text.startsWith(head)) throw new VaultError();
  return text.slice(head.length);
}

function opened({ intakePublic, intakeSecret }: IntakeKeys, box: Buffer): string {
  try {
    const plain = sodium.crypto_box_seal_open(box, intakePublic, intakeSecret);
    const text = sodium.to_string(plain);
    sodium.memzero(plain);
    return text;
  } catch {
    throw new VaultError();
  }
}
