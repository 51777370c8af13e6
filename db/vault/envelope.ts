import { joined } from './place.ts';
import { sodium } from './sodium.ts';

/** Wrong key, other place, changed bytes: all the same to whoever asks, so that the answer teaches nothing. */
export class VaultError extends Error {
  constructor() {
    super('The sealed value cannot be opened');
    this.name = 'VaultError';
  }
}

/** This process was not given the master key; another may have it. */
export class MasterKeyMissing extends VaultError {}

const version = 1;
const headerBytes = 5;
const nonceBytes = sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
const leastBytes = headerBytes + nonceBytes + sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES;

/**
 * XChaCha20-Poly1305: version (1 byte), id of the key (4), nonce (24), ciphertext. Header and place are authenticated.
 * @param place what the value belongs to, so that it opens nowhere else
 */
export function seal(key: Uint8Array, keyId: number, place: readonly string[], plain: Uint8Array | string): Buffer {
  const header = headerOf(keyId);
  const nonce = sodium.randombytes_buf(nonceBytes);
  const text = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, bound(header, place), null, nonce, key);
  return Buffer.concat([header, nonce, text]);
}

/** How everything begins that is sealed under this key. */
export function headerOf(keyId: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(version, 0);
  header.writeUInt32BE(keyId, 1);
  return header;
}

/**
 * The id of the key that a value was sealed under.
 * @throws VaultError
 */
export function keyIdOf(sealed: Buffer): number {
  if (sealed.length < leastBytes || sealed[0] !== version) throw new VaultError();
  return sealed.readUInt32BE(1);
}

/**
 * @returns the bytes; wipe them when they are a key
 * @throws VaultError
 */
export function open(key: Uint8Array, place: readonly string[], sealed: Buffer): Uint8Array {
  keyIdOf(sealed);
  const associated = bound(sealed.subarray(0, headerBytes), place);
  const nonce = sealed.subarray(headerBytes, headerBytes + nonceBytes);
  const text = sealed.subarray(headerBytes + nonceBytes);
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, text, associated, nonce, key);
  } catch {
    throw new VaultError();
  }
}

/** The same as `open`, for text: the bytes are wiped. */
export function openText(key: Uint8Array, place: readonly string[], sealed: Buffer): string {
  const plain = open(key, place, sealed);
  try {
    return sodium.to_string(plain);
  } finally {
    sodium.memzero(plain);
  }
}

function bound(header: Uint8Array, place: readonly string[]): Buffer {
  return Buffer.concat([header, Buffer.from(joined(place))]);
}
