import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { GraphFailure } from '../graph/client.ts';
import type { At, AuthorizationRef, ConnectionParts } from './parts.ts';

/** Nobody came back from Meta in time. */
export const expireAuthorization =
  ({ tenants }: Pick<ConnectionParts, 'tenants'>) =>
  async ({ tenant, authorization, nowMs }: At<AuthorizationRef>): Promise<void> => {
    await tenants.use(tenant, (db) =>
      db
        .updateTable('authorizations')
        .set({
          status: 'expired',
          finished_at: sql`clock_timestamp()`,
          reason:
            'Nobody came back from Facebook within 15 minutes. Please connect again; if Facebook says that the app is not active, an operator has to set it live at Meta.',
        })
        .where('id', '=', authorization)
        .where('status', '=', 'waiting')
        .where('expires_at', '<=', new Date(nowMs))
        .execute(),
    );
  };

/** The exchange did not succeed for so long that the person has gone: said in words, so that nothing stays open. */
export const giveUpAuthorization =
  ({ tenants }: Pick<ConnectionParts, 'tenants'>) =>
  ({ tenant, authorization }: AuthorizationRef): Promise<void> =>
    tenants.use(tenant, (db) =>
      fail(db, authorization, { words: 'Facebook could not be reached for a while. Please connect again.' }),
    );

interface Failed {
  /** A sentence for the person. */
  words: string;
  failure?: GraphFailure;
  /** Where the row has to be still. */
  from?: readonly ('returned' | 'exchanging')[];
}

/** Ends an attempt to connect, and forgets what was handed over for it. */
export async function fail(
  db: TenantDb,
  authorization: string,
  { words, failure, from = ['returned', 'exchanging'] }: Failed,
): Promise<void> {
  const { code, subcode, httpStatus, traceId } = failure ?? {};
  await db
    .updateTable('authorizations')
    .set({
      status: 'failed',
      reason: words,
      diagnostic: JSON.stringify({ code, subcode, httpStatus, traceId }),
      code_sealed: null,
      finished_at: sql`clock_timestamp()`,
    })
    .where('id', '=', authorization)
    .where('status', 'in', from)
    .execute();
}
