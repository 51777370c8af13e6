import { validate } from 'uuid';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Targets } from '../../db/tenant/schema.ts';
import { whyOf } from '../../db/tenant/targets/why.ts';
import { exits, OpsFailure } from './command.ts';
import { counted } from './counted.ts';
import { eachTenant } from './each-tenant.ts';
import type { Ops } from './open.ts';

export interface FoundTarget {
  tenant: string;
  post: string;
  target: string;
  state: string;
  since: string;
  reason: string | null;
  heldFor: Targets['held_for'];
  /** What somebody may answer. */
  choices: string[];
  dueAt: string | null;
}

/**
 * The targets that an id stands for: of a post all, or the one that has it.
 * @throws OpsFailure when nobody has it
 */
export async function findTargets(ops: Ops, id: string): Promise<FoundTarget[]> {
  if (!validate(id))
    throw new OpsFailure(
      exits.wrongWords,
      'ID is not the id of a post or a target.',
      'See: npm run ops -- posts stuck',
    );
  const { items, findings } = await eachTenant(ops, undefined, (db, tenant) => readTargets(db, tenant, id));
  if (items.length) return items;
  if (findings.length)
    throw new OpsFailure(
      exits.failed,
      `It was not found, but ${counted(findings.length, 'tenant')} could not be looked at.`,
      'See which, and why: npm run ops -- posts stuck',
    );
  throw new OpsFailure(exits.notFound, `There is no post and no target ${id}.`, 'See: npm run ops -- posts stuck');
}

async function readTargets(db: TenantDb, tenant: string, id: string): Promise<FoundTarget[]> {
  const rows = await db
    .selectFrom('targets as t')
    .innerJoin('posts as p', 'p.id', 't.post')
    .select(['t.id as target', 't.post', 't.state', 't.since', 't.reason', 't.comment_reason'])
    .select(['t.held_for as heldFor', 't.choices'])
    .select('p.publish_at as dueAt')
    .where(({ or, eb }) => or([eb('t.id', '=', id), eb('t.post', '=', id)]))
    .orderBy('t.id')
    .execute();
  return rows.map(({ since, dueAt, reason, comment_reason, ...row }) => {
    const why = whyOf({ reason, comment_reason });
    return { tenant, ...row, reason: why, since: since.toISOString(), dueAt: dueAt?.toISOString() ?? null };
  });
}
