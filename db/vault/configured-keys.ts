import * as envelope from './envelope.ts';
import type { KeyService, Wrapped } from './key-service.ts';
import { deriveKeys, type MasterKeys, wipeKeys } from './master.ts';

export interface ConfiguredKeys {
  /** MASTER_KEY: 32 bytes in base64. */
  masterKey: string;
  /** MASTER_KEY_PREVIOUS: what it replaces, until nothing is wrapped under that any more. */
  previousMasterKey?: string | undefined;
}

/** Master keys that come from the configuration, by environment or file, and stay in this process. */
export function configuredKeys({ masterKey, previousMasterKey }: ConfiguredKeys): KeyService {
  const current = deriveKeys(masterKey);
  const keys = previousMasterKey ? [current, deriveKeys(previousMasterKey)] : [current];
  const keyNamed = (id: number) => keys.find((key) => key.id === id) ?? refuse();
  return {
    keyIds: [current.id, ...keys.slice(1).map(({ id }) => id)],
    wrap: async (what, place, plain) => envelope.seal(keyFor(current, what), current.id, place, plain),
    unwrap: async (what, place, wrapped) =>
      envelope.open(keyFor(keyNamed(envelope.keyIdOf(wrapped)), what), place, wrapped),
    intakeSeed: async (keyId) => Uint8Array.from(keyNamed(keyId).intakeSeed),
    close: () => keys.forEach(wipeKeys),
  };
}

const keyFor = ({ wrapping, passwords }: MasterKeys, what: Wrapped) => (what === 'data-key' ? wrapping : passwords);

function refuse(): never {
  throw new envelope.MasterKeyMissing();
}
