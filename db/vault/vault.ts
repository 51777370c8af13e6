import type { ControlDb } from '../control/connect.ts';
import { DataKeys } from './data-keys.ts';
import * as envelope from './envelope.ts';
import { openFromIntake } from './intake.ts';
import { deriveKeys, type MasterKeys, wipeKeys } from './master.ts';
import { placeOf, type SealContext } from './place.ts';
import { openWorkerPassword } from './worker-password.ts';

export { VaultError } from './envelope.ts';
export type { SealContext } from './place.ts';

/** Opens and seals what tenants' tables keep encrypted. Workers have one; the API has not. */
export class Vault {
  readonly intakePublicKey: string;
  readonly #master: MasterKeys;
  readonly #dataKeys: DataKeys;

  private constructor(master: MasterKeys, control: ControlDb) {
    this.#master = master;
    this.#dataKeys = new DataKeys(control, master);
    this.intakePublicKey = Buffer.from(master.intakePublic).toString('base64');
  }

  /** @param o.masterKey 32 bytes in base64 */
  static async open({ masterKey, control }: { masterKey: string; control: ControlDb }): Promise<Vault> {
    return new Vault(deriveKeys(masterKey), control);
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
   * Opens what the API sealed to the intake key.
   * @throws VaultError
   */
  openIntake(context: SealContext, sealed: Buffer): string {
    return openFromIntake(this.#master, context, sealed);
  }

  /**
   * The password of the worker's login to a tenant's database, from the catalogue.
   * @throws VaultError
   */
  openWorkerPassword(tenant: string, sealed: Buffer): string {
    return openWorkerPassword(this.#master, tenant, sealed);
  }

  /** Wipes every key from memory. */
  close(): void {
    this.#dataKeys.wipe();
    wipeKeys(this.#master);
  }
}
