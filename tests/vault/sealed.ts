import { v7 as uuidv7 } from 'uuid';
import { openAsWorker } from '../../db/tenant/open-as-worker.ts';
import type { TenantPools } from '../../db/tenant/pools.ts';
import type { Vault } from '../../db/vault/vault.ts';
import type { FreshControl } from '../stack/database.ts';

export interface Opened {
  vault: Vault;
  tenants: TenantPools;
  close(): Promise<void>;
}

/** A vault and pools as a worker has them, with these master keys. */
export async function openVault(
  { control }: Pick<FreshControl, 'control'>,
  keys: { masterKey: string; previousMasterKey?: string },
): Promise<Opened> {
  const limits = { maxConnectionsPerTenant: 4, maxConnections: 12 };
  const { vault, tenants } = await openAsWorker({ ...keys, control }, limits);
  return {
    vault,
    tenants,
    close: async () => {
      await tenants.close();
      vault.close();
    },
  };
}

export const tokenOf = (credential: string) => `token of ${credential}`;
export const placeOf = (tenant: string, row: string) => ({ tenant, table: 'credentials', row, column: 'token_sealed' });

const chunk = 1_000;

/** Gives a tenant so many logins, each with a sealed token. @returns the ids of their credentials */
export async function fill({ vault, tenants }: Opened, tenant: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => ({ connection: uuidv7(), credential: uuidv7() }));
  for (let at = 0; at < count; at += chunk) {
    const some = ids.slice(at, at + chunk);
    const sealed = await Promise.all(
      some.map(({ credential }) => vault.seal(placeOf(tenant, credential), tokenOf(credential))),
    );
    await tenants.use(tenant, async (db) => {
      await db
        .insertInto('connections')
        .values(some.map(({ connection: id }) => ({ id, meta_user_id: id, state: 'connected', created_by: id })))
        .execute();
      await db
        .insertInto('credentials')
        .values(
          some.map(({ connection, credential: id }, index) => ({
            ...{ id, connection, kind: 'user' as const },
            token_sealed: sealed[index] ?? null,
          })),
        )
        .execute();
    });
  }
  return ids.map(({ credential }) => credential);
}

/** Opens one token as an activity does. @throws where it does not open, or is another one */
export async function readToken({ vault, tenants }: Opened, tenant: string, credential: string): Promise<void> {
  const { token_sealed } = await tenants.use(tenant, (db) =>
    db.selectFrom('credentials').select('token_sealed').where('id', '=', credential).executeTakeFirstOrThrow(),
  );
  const token = token_sealed && (await vault.open(placeOf(tenant, credential), token_sealed));
  if (token !== tokenOf(credential)) throw new Error('Another token came back');
}

export interface Readers {
  opened: number;
  failures: unknown[];
  stop(): Promise<void>;
}

/** Opens tokens all the time until it is stopped, several at once, or until one does not open. */
export function keepReading(o: Opened, tenant: string, credentials: readonly string[], atOnce = 3): Readers {
  let going = true;
  const readers: Readers = { opened: 0, failures: [], stop };
  const loops = Array.from({ length: atOnce }, async () => {
    while (going) {
      const credential = credentials[Math.floor(Math.random() * credentials.length)] ?? '';
      await readToken(o, tenant, credential).then(
        () => {
          readers.opened += 1;
        },
        (cause) => {
          readers.failures.push(cause);
          going = false;
        },
      );
    }
  });
  return readers;

  async function stop(): Promise<void> {
    going = false;
    await Promise.all(loops);
  }
}
