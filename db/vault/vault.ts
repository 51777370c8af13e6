import type { ControlDb } from '../control/connect.ts';
import { type ConfiguredKeys, configuredKeys } from './configured-keys.ts';
import { newDataKey, unwrapDataKey, wrapDataKey } from './data-key.ts';
import { DataKeys } from './data-keys.ts';
import * as envelope from './envelope.ts';
import { type IntakeKeys, intakeKeysFrom, openFromIntake } from './intake.ts';
import type { KeyService } from './key-service.ts';
import { placeOf, type SealContext } from './place.ts';
import { sodium } from './sodium.ts';
import { openWorkerPassword, sealWorkerPassword } from './worker-password.ts';

export { MasterKeyMissing, VaultError } from './envelope.ts';
export type { SealContext } from './place.ts';

/** With the master keys of the configuration, or those of another service. */
export type VaultOptions = { control: ControlDb } & (ConfiguredKeys | { keys: KeyService });

/** Opens and seals what tenants' tables keep encrypted. Workers have one; the API has not. */
export class Vault {
  /** The API has to seal to it; what was sealed to the one before opens too. */
  readonly intakePublicKey: string;
  /** The ids of the master keys that open; the first wraps what is new. */
  readonly masterIds: readonly [number, ...number[]];
  readonly #keys: KeyService;
  readonly #intake: readonly IntakeKeys[];
  readonly #dataKeys: DataKeys;

  private constructor(keys: KeyService, intake: readonly IntakeKeys[], control: ControlDb) {
    this.#keys = keys;
    this.#intake = intake;
    this.masterIds = keys.keyIds;
    this.#dataKeys = new DataKeys(control, keys);
    this.intakePublicKey = Buffer.from(intake[0]?.publicKey ?? []).toString('base64');
  }

  static async open({ control, ...source }: VaultOptions): Promise<Vault> {
    const keys = 'keys' in source ? source.keys : configuredKeys(source);
    const seeds = await Promise.all(keys.keyIds.map((id) => keys.intakeSeed(id)));
    return new Vault(keys, seeds.map(intakeKeysFrom), control);
  }

  /** Seals under the tenant's newest data key. */
  seal(context: SealContext, plain: string): Promise<Buffer> {
    return this.#dataKeys.lend(context.tenant, undefined, (key, keyId) =>
      envelope.seal(key, keyId, placeOf(context), plain),
    );
  }

  /** @throws VaultError with one message for whatever is wrong */
  async open(context: SealContext, sealed: Buffer): Promise<string> {
    return this.#dataKeys.lend(context.tenant, envelope.keyIdOf(sealed), (key) =>
      envelope.openText(key, placeOf(context), sealed),
    );
  }

  /**
   * Seals under another data key what is sealed already.
   * @throws VaultError
   */
  async reseal(context: SealContext, sealed: Buffer, keyId: number): Promise<Buffer> {
    const place = placeOf(context);
    const plain = await this.#dataKeys.lend(context.tenant, envelope.keyIdOf(sealed), (key) =>
      envelope.open(key, place, sealed),
    );
    try {
      return await this.#dataKeys.lend(context.tenant, keyId, (key) => envelope.seal(key, keyId, place, plain));
    } finally {
      sodium.memzero(plain);
    }
  }

  /**
   * Opens what the API sealed to the intake key.
   * @throws VaultError
   */
  openIntake(context: SealContext, sealed: Buffer): string {
    return openFromIntake(this.#intake, context, sealed);
  }

  /**
   * The password of the worker's login to a tenant's database, from the catalogue.
   * @throws VaultError
   */
  openWorkerPassword(tenant: string, sealed: Buffer): Promise<string> {
    return openWorkerPassword(this.#keys, tenant, sealed);
  }

  /** A new data key for a tenant, wrapped. */
  newDataKey(tenant: string, keyId: number): Promise<Buffer> {
    return newDataKey(this.#keys, tenant, keyId);
  }

  /**
   * The same data key, wrapped under the newest master key.
   * @throws VaultError
   */
  async rewrapDataKey(tenant: string, keyId: number, wrapped: Buffer): Promise<Buffer> {
    const key = await unwrapDataKey(this.#keys, tenant, keyId, wrapped);
    try {
      return await wrapDataKey(this.#keys, tenant, keyId, key);
    } finally {
      sodium.memzero(key);
    }
  }

  /**
   * The same password, sealed under the newest master key.
   * @throws VaultError
   */
  async rewrapWorkerPassword(tenant: string, sealed: Buffer): Promise<Buffer> {
    return sealWorkerPassword(this.#keys, tenant, await openWorkerPassword(this.#keys, tenant, sealed));
  }

  /** Wipes every key from memory. */
  close(): void {
    this.#dataKeys.wipe();
    for (const { privateKey } of this.#intake) sodium.memzero(privateKey);
    this.#keys.close();
  }
}
