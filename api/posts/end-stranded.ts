import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { gone } from '../../db/tenant/targets/let-go.ts';

/** Where a draft is scheduled, what it was to publish on an account that is gone stays behind, and is no draft of a scheduled post. */
export const endStranded = (tx: TenantDb, post: string) =>
  tx
    .updateTable('targets')
    .set({ state: 'canceled', since: sql`clock_timestamp()`, reason: gone })
    .where('post', '=', post)
    .where('state', '=', 'draft')
    .where('account', 'is', null)
    .execute();
