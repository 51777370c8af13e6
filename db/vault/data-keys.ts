import type { ControlDb } from '../control/connect.ts';
import { unwrapDataKey } from './data-key.ts';
import { VaultError } from './envelope.ts';
import type { KeyService } from './key-service.ts';
import { sodium } from './sodium.ts';

/** A column of type int counts them; a forged value may name anything. */
const greatestKeyId = 2 ** 31 - 1;
const atMost = 500;
/** After this time a key is read again: one that was destroyed is forgotten everywhere, and a rotated one takes over. */
export const keepMs = 60_000;

interface Kept {
  keyId: number;
  key: Uint8Array;
  untilMs: number;
}

/** The tenants' data keys, unwrapped and kept for a minute. */
export class DataKeys {
  readonly #control: ControlDb;
  readonly #master: KeyService;
  readonly #kept = new Map<string, Kept>();

  constructor(control: ControlDb, master: KeyService) {
    this.#control = control;
    this.#master = master;
  }

  /**
   * Lends a key to `work`, which must not be asynchronous: the key may be wiped as soon as it returns.
   * @param keyId absent for the newest
   * @throws VaultError when there is no such key, or no master key that is here wrapped it
   */
  async lend<T>(tenant: string, keyId: number | undefined, work: (key: Uint8Array, keyId: number) => T): Promise<T> {
    const name = `${tenant}|${keyId ?? 'newest'}`;
    const kept = this.#kept.get(name);
    if (kept && kept.untilMs > performance.now()) return work(kept.key, kept.keyId);
    const fresh = await this.#load(tenant, keyId);
    this.#keep(name, fresh);
    return work(fresh.key, fresh.keyId);
  }

  wipe(): void {
    for (const name of [...this.#kept.keys()]) this.#drop(name);
  }

  async #load(tenant: string, keyId: number | undefined): Promise<Kept> {
    if (keyId !== undefined && keyId > greatestKeyId) throw new VaultError();
    let query = this.#control.selectFrom('tenant_keys').select(['key_id', 'wrapped']).where('tenant', '=', tenant);
    if (keyId !== undefined) query = query.where('key_id', '=', keyId);
    const row = await query.orderBy('key_id', 'desc').limit(1).executeTakeFirst();
    if (!row) throw new VaultError();
    const key = await unwrapDataKey(this.#master, tenant, row.key_id, row.wrapped);
    return { keyId: row.key_id, key, untilMs: performance.now() + keepMs };
  }

  #keep(name: string, kept: Kept): void {
    this.#drop(name);
    this.#kept.set(name, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > atMost && oldest !== undefined) this.#drop(oldest);
  }

  #drop(name: string): void {
    const kept = this.#kept.get(name);
    if (kept) sodium.memzero(kept.key);
    this.#kept.delete(name);
  }
}
