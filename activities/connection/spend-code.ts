import type { TenantDb } from '../../db/tenant/pools.ts';
import type { SealContext } from '../../db/vault/vault.ts';
import { passing } from '../failures.ts';
import { passes } from '../graph/failure.ts';
import { tokenForCode } from '../graph/tokens.ts';
import { fail } from './close-authorization.ts';
import type { AuthorizationRef, ConnectionParts } from './parts.ts';

const place = (tenant: string, authorization: string): SealContext => ({
  tenant,
  table: 'authorizations',
  row: authorization,
  column: 'code_sealed',
});

/**
 * Buys a token with the code, which can be used once. The token takes the code's place in the row, so that whoever runs this again goes on
 * from there. Between Meta's answer and that write there is a gap that no order of steps can close: a process that dies in it
 * leaves a spent code behind, which Meta then refuses, and the person is asked to connect again.
 * @returns undefined when the attempt is over
 */
export async function spendCode(
  { graph, tenants, vault, redirectUri }: ConnectionParts,
  { tenant, authorization }: AuthorizationRef,
): Promise<string | undefined> {
  const row = await tenants.use(tenant, (db) => read(db, authorization));
  if (!row?.code_sealed) return undefined;
  if (row.status === 'exchanging') return vault.open(place(tenant, authorization), row.code_sealed);

  const code = vault.openIntake(place(tenant, authorization), row.code_sealed);
  const bought = await tokenForCode(graph, code, redirectUri);
  if (!bought.ok) {
    if (passes(bought.failure)) throw passing('Meta did not take the code', bought.failure.retryAfterMs);
    const words =
      'Facebook did not accept the login: it can be used once only, and for a few minutes. Please connect again.';
    const refused = { words, failure: bought.failure, from: ['returned'] } as const;
    await tenants.use(tenant, (db) => fail(db, authorization, refused));
    return undefined;
  }
  const sealed = await vault.seal(place(tenant, authorization), bought.data);
  const kept = await tenants.use(tenant, (db) =>
    db
      .updateTable('authorizations')
      .set({ status: 'exchanging', code_sealed: sealed })
      .where('id', '=', authorization)
      .where('status', '=', 'returned')
      .executeTakeFirst(),
  );
  return kept.numUpdatedRows > 0n ? bought.data : undefined;
}

const read = (db: TenantDb, authorization: string) =>
  db
    .selectFrom('authorizations')
    .select(['status', 'code_sealed'])
    .where('id', '=', authorization)
    .where('status', 'in', ['returned', 'exchanging'])
    .executeTakeFirst();
