import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { isSeen } from '../../db/control/presence.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { notCalledYet } from '../../db/tenant/targets/states.ts';
import { type Command, exits, OpsFailure } from './command.ts';
import { counted } from './counted.ts';
import { eachTenant } from './each-tenant.ts';
import { told } from './finding.ts';

const reason =
  'The databases were restored from a backup in which this post was not published yet. It may have been published since: look at the account, then choose.';

/** A worker says every minute that it is there. */
const seenWithinMs = 120_000;

/**
 * After a backup was restored, and before a worker runs: holds every post whose time has passed and that was not out yet. Nothing here knows
 * whether it went out after the backup, however long ago its time was, and a post must not go out twice.
 */
export const restored: Command = {
  usage: 'restored',
  summary: 'After restoring a backup, before workers start: hold what may have gone out since it was made',
  async run(ops) {
    if (await isSeen(ops.control, 'worker', seenWithinMs))
      throw new OpsFailure(
        exits.failed,
        'A worker was at work here less than two minutes ago. Nothing was held.',
        'Only after restoring a backup: stop all workers, wait two minutes, and call it again.',
      );
    const { items, findings } = await eachTenant(ops, undefined, async (db, tenant) => [
      { tenant, held: await db.transaction().execute(holdPerhapsOut) },
    ]);
    const held = items.reduce((sum, one) => sum + one.held, 0);
    return {
      exit: findings.length ? exits.needsAttention : exits.fine,
      json: { ok: true, held, tenants: items.filter((one) => one.held), findings },
      lines: [
        `Held: ${counted(held, 'post')} of ${counted(items.length, 'tenant')} whose time has passed; members choose what becomes of them.`,
        ...unknowable,
        ...(findings.length ? [] : ['Workers may start now.']),
        ...findings.flatMap(told),
      ],
    };
  },
};

const unknowable = [
  'Not known here: what members decided since the backup. What is for a later time goes out then, also where it was published early, moved or canceled since.',
  '  Drafts and failed posts are as they were, also where they were published since. Members compare both with their accounts, and cancel what is not to go out.',
];

/** Also what waited for a login or for an answer: it may have gone out after either, and neither may publish it without that question. */
async function holdPerhapsOut(db: TenantDb): Promise<number> {
  const { numAffectedRows: held = 0n } = await sql`
    update targets t set state = 'held', since = clock_timestamp(), reason = ${reason}, diagnostic = null,
      held_for = 'outcome', choices = '{live,publishAgain}'
    from posts p
    where p.id = t.post and coalesce(p.publish_at <= clock_timestamp(), true)
      and (t.state = any(${[...notCalledYet]}::text[]) or (t.state = 'held' and t.held_for is distinct from 'outcome'))`.execute(
    db,
  );
  if (held)
    await db
      .insertInto('audit_log')
      .values({ id: uuidv7(), actor_kind: 'operator', action: 'posts.held-after-restore' })
      .execute();
  return Number(held);
}
