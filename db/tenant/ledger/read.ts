import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';

/**
 * What the ledger knows of a target that is of any further use: what Meta has an id for, commits and comments, and drafts that may lie at Meta
 * without anybody having looked; the oldest first.
 */
export const readLedger = (db: TenantDb, target: string) =>
  db
    .selectFrom('ledger')
    .select([
      'id',
      'step',
      'position',
      'revision',
      'status',
      'progress',
      'content_hash as contentHash',
      'meta_id as metaId',
      'part_of as partOf',
      'opened_at as openedAt',
      'closed_at as closedAt',
      sql<Date>`coalesce(fresh_from, opened_at)`.as('freshFrom'),
    ])
    .where('target', '=', target)
    .where((eb) =>
      eb.or([
        eb('meta_id', 'is not', null),
        eb('step', 'in', ['commit', 'comment']),
        eb.and([eb('step', '=', 'draft'), eb('status', 'in', ['open', 'unknown']), eb('looked_for', 'is', null)]),
      ]),
    )
    .orderBy('opened_at')
    .execute();

export type LedgerRow = Awaited<ReturnType<typeof readLedger>>[number];
