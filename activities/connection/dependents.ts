import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type Candidate, decide } from '../../db/tenant/targets/decide.ts';
import type { Diagnostic } from '../../db/tenant/targets/record.ts';
import { notCalledYet } from '../../db/tenant/targets/states.ts';
import { publishId } from '../../workflows/ids.ts';
import { passing } from '../failures.ts';
import { meaningOf } from '../graph/reactions.ts';
import { tell } from '../tell.ts';
import { lockedAbility, publishAbility } from './ability.ts';
import type { ConnectionParts } from './parts.ts';

type Parts = Pick<ConnectionParts, 'control' | 'tenants' | 'temporal'>;

export interface AccountRef {
  tenant: string;
  account: string;
}

const choices = ['retry', 'cancel'] as const;

/**
 * Holds what is scheduled for an account when nothing is left to publish it with. What a commit has claimed is not touched: its own
 * outcome says what became of it.
 * @returns whether nothing is left
 */
export async function holdDependents(parts: Parts, { tenant, account }: AccountRef): Promise<boolean> {
  const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => parts.tenants.use(tenant, work);
  const ability = await inTenant((db) => publishAbility(db, account));
  if (ability.able) return false;
  const { reason, diagnostic } = ability;
  const { changes } = await decide(
    { control: parts.control, tenant, inTenant },
    await inTenant((db) => openTargets(db, tenant, account)),
    {
      ...{ state: 'held', heldFor: 'authorization', reason, diagnostic, choices, from: notCalledYet },
      still: async (trx) => (await lockedAbility(trx, account))?.able === false,
    },
  );
  await tell(parts, changes);
  return true;
}

async function openTargets(db: TenantDb, tenant: string, account: string): Promise<Candidate[]> {
  const rows = await db
    .selectFrom('targets')
    .select(['id', 'revision'])
    .where('account', '=', account)
    .where('state', 'in', notCalledYet)
    .execute();
  return rows.map((row) => ({ ...row, workflow: publishId(tenant, row.id) }));
}

const isClaimed = 'The commit of a post that is held for its login has yet to give its claim back';

const overdueWords = 'The login came back after the time of this post had passed. Publish it now, or cancel it.';

/**
 * Goes on with what was held for want of a login. What is not due yet is scheduled again; for what should have been out already the
 * tenant has a rule, since nobody likes to be surprised by a post of yesterday.
 * @param which `unrefused`: not what Meta itself did not allow, where nothing has changed about that
 * @throws ApplicationFailure that is retried while the commit by which one was held has not given its claim back
 */
export async function resumeHeld(
  parts: Parts,
  { tenant, account }: AccountRef,
  which: 'all' | 'unrefused' = 'all',
): Promise<void> {
  const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => parts.tenants.use(tenant, work);
  const all = await inTenant((db) => heldTargets(db, tenant, account));
  const held = which === 'all' ? all : all.filter(({ diagnostic }) => !wasRefused(diagnostic as Diagnostic | null));
  if (!held.length) return;
  const { overdue_rule: rule } = await parts.control
    .selectFrom('tenants')
    .select('overdue_rule')
    .where('id', '=', tenant)
    .executeTakeFirstOrThrow();
  const late = held.filter(({ overdue }) => overdue);
  const goOn = rule === 'publish' ? held : held.filter(({ overdue }) => !overdue);
  const still = async (trx: TenantDb) => (await lockedAbility(trx, account))?.able === true;
  const stores = { control: parts.control, tenant, inTenant };
  const from = ['held'] as const;
  const scheduled = await decide(stores, goOn, { state: 'scheduled', reason: null, from, still });
  await tell(parts, scheduled.changes);
  if (scheduled.tooLate.length) throw passing(isClaimed);
  if (rule === 'publish') return;
  // Their time is over: there is none to be claimed at.
  const settled = late.map(({ dueAt: _, ...candidate }) => candidate);
  const { changes, tooLate } = await decide(
    stores,
    settled,
    rule === 'ask'
      ? { state: 'held', heldFor: 'overdue', reason: overdueWords, choices, from, still }
      : { state: 'canceled', reason: 'The login came back after the time of this post had passed.', from, still },
  );
  await tell(parts, changes);
  if (tooLate.length) throw passing(isClaimed);
}

const wasRefused = (diagnostic: Diagnostic | null): boolean =>
  diagnostic?.code !== undefined && meaningOf(diagnostic.code, diagnostic.subcode).reaction === 'degrade';

async function heldTargets(db: TenantDb, tenant: string, account: string) {
  const rows = await db
    .selectFrom('targets as t')
    .innerJoin('posts as p', 'p.id', 't.post')
    .select(['t.id', 't.revision', 't.diagnostic'])
    // One that is late has its patience counted from now on.
    .select(sql<Date>`greatest(p.publish_at, clock_timestamp())`.as('dueAt'))
    .select(sql<boolean>`coalesce(p.publish_at <= clock_timestamp(), true)`.as('overdue'))
    .where('t.account', '=', account)
    .where('t.state', '=', 'held')
    .where('t.held_for', '=', 'authorization')
    .execute();
  return rows.map((row) => ({ ...row, workflow: publishId(tenant, row.id) }));
}
