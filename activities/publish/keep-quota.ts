import { log } from '@temporalio/activity';
import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { graphFields } from '../../meta/graph-objects.ts';
import type { PublishParts, TargetRef } from './parts.ts';
import type { Ready } from './preparing.ts';

/**
 * Keeps how many posts Instagram takes of this account in a day: it says other figures than its documents do, and what is scheduled is counted
 * against this one. Nothing of the post hangs on it.
 */
export async function keepQuota(
  { graph, tenants }: Pick<PublishParts, 'graph' | 'tenants'>,
  { tenant }: TargetRef,
  { content: { row }, credential: { token } }: Ready,
): Promise<void> {
  if (row.platform !== 'instagram' || row.isQuotaFresh) return;
  const path = `/${row.accountMetaId}/content_publishing_limit`;
  const call = { method: 'GET', path, token, fields: graphFields.publishingLimit, useCase: 'instagram' } as const;
  const answer = await graph.call<{ data?: unknown }>(call);
  const total = answer.ok ? totalIn(answer.data.data) : undefined;
  if (total === undefined) log.info('Instagram did not say how much it takes of an account in a day');
  await tenants.use(tenant, (db) => write(db, row.account, total));
}

/** A list of one. (Content Publishing Limit, read 2026-09-11.) */
function totalIn(data: unknown): number | undefined {
  const [first] = Array.isArray(data) ? (data as { config?: { quota_total?: unknown } | null }[]) : [];
  const total = first?.config?.quota_total;
  return typeof total === 'number' && Number.isSafeInteger(total) && total >= 0 && total < 2 ** 31 ? total : undefined;
}

/** Where it did not say, it is asked again no sooner either; what it said before stands. */
async function write(db: TenantDb, account: string, total: number | undefined): Promise<void> {
  await db
    .updateTable('accounts')
    .set({
      publishing_quota_read_at: sql<Date>`clock_timestamp()`,
      ...(total === undefined ? {} : { publishing_quota: total }),
    })
    .where('id', '=', account)
    .execute();
}
