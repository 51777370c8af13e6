import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { authorizationId } from '../../workflows/ids.ts';
import { ageMs, tenantOrNothing } from './entry.ts';
import type { AuthorizationRef, ConnectionParts } from './parts.ts';

/** What the workflow of an attempt to connect has to know: words of ours, a time, a revision. */
export type AuthorizationFacts =
  | { is: 'absent'; wanted: number; entryAgeMs: number }
  | { is: 'over'; wanted: number }
  | { is: 'waiting' | 'returned'; wanted: number; expiresAtMs: number };

/** Reads the entry first and then the row, so that whatever is wanted in between is noticed when leaving. */
export const readAuthorization =
  ({ control, tenants }: Pick<ConnectionParts, 'control' | 'tenants'>) =>
  async ({ tenant, authorization }: AuthorizationRef): Promise<AuthorizationFacts> => {
    const entry = await readEntry(control, authorizationId(tenant, authorization));
    const wanted = entry?.wanted ?? 0;
    const row = await tenantOrNothing(() =>
      tenants.use(tenant, (db) =>
        db
          .selectFrom('authorizations')
          .select(['status', 'expires_at'])
          .where('id', '=', authorization)
          .executeTakeFirst(),
      ),
    );
    if (!row) return { is: 'absent', wanted, entryAgeMs: ageMs(entry) };
    const expiresAtMs = row.expires_at.getTime();
    if (row.status === 'waiting') return { is: 'waiting', wanted, expiresAtMs };
    if (row.status === 'returned' || row.status === 'exchanging') return { is: 'returned', wanted, expiresAtMs };
    return { is: 'over', wanted };
  };
