/** What a master key protects: a tenant's data key, or the password of a login. Each purpose has a key of its own. */
export type Wrapped = 'data-key' | 'password';

/**
 * The master keys, wherever they are kept: what a KMS can do, and no more. A key never leaves it; it wraps and unwraps. While a
 * master key is being replaced there are two of them.
 */
export interface KeyService {
  /** The ids of the keys that can unwrap. The first one wraps. */
  readonly keyIds: readonly [number, ...number[]];
  /**
   * Wraps under the first key.
   * @param place what it belongs to (a KMS calls it the encryption context): it unwraps nowhere else
   * @returns an envelope that names the key
   */
  wrap(what: Wrapped, place: readonly string[], plain: Uint8Array): Promise<Buffer>;
  /**
   * @returns the bytes; wipe them
   * @throws VaultError, the same for every reason
   */
  unwrap(what: Wrapped, place: readonly string[], wrapped: Buffer): Promise<Uint8Array>;
  /**
   * The seed of the intake key that belongs to a master key: the API seals to its public half.
   * @returns the bytes; wipe them
   */
  intakeSeed(keyId: number): Promise<Uint8Array>;
  /** Forgets every key. */
  close(): void;
}
