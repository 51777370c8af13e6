import { v7 as uuidv7 } from 'uuid';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { record } from '../../db/tenant/targets/record.ts';
import { type Command, exits, OpsFailure } from './command.ts';
import { eachTenant } from './each-tenant.ts';
import { told } from './finding.ts';

const reason =
  'The databases were restored from a backup that was made before the time of this post. It may have been published since: look at the account, then choose.';

/** To the minute at least, and with its zone: a date alone, or the clock of this machine, would hold too much or too little. */
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** What is called for already is not held: its witness asks Meta what became of it. */
const notCalledYet = ['scheduled', 'preparing', 'armed'] as const;

/**
 * After a backup was restored, and before a worker runs: holds every post that was due since the backup was made. Nothing here knows
 * whether it went out, and a post must not go out twice.
 */
export const restored: Command = {
  usage: 'restored SINCE',
  summary: 'After restoring a backup made at SINCE, before workers start: hold what may have gone out since',
  async run(ops, { words: [word = ''] }) {
    const since = new Date(word);
    if (!instant.test(word) || Number.isNaN(since.getTime()) || since > new Date())
      throw new OpsFailure(exits.wrongWords, 'SINCE is no time of the past.', 'Write it like 2026-03-01T02:00:00Z');
    const { items, findings } = await eachTenant(ops, undefined, async (db, tenant) => [
      { tenant, held: await db.transaction().execute((trx) => holdDueSince(trx, since)) },
    ]);
    const held = items.reduce((sum, one) => sum + one.held, 0);
    return {
      exit: findings.length ? exits.needsAttention : exits.fine,
      json: { ok: true, held, tenants: items.filter((one) => one.held), findings },
      lines: [
        `Held: ${held} posts of ${items.length} tenants that were due since ${since.toISOString()}; members choose what becomes of them.`,
        ...(findings.length ? [] : ['Workers may start now.']),
        ...findings.flatMap(told),
      ],
    };
  },
};

async function holdDueSince(db: TenantDb, since: Date): Promise<number> {
  const due = await db
    .selectFrom('targets as t')
    .innerJoin('posts as p', 'p.id', 't.post')
    .select('t.id')
    .where('t.state', 'in', notCalledYet)
    .where('p.publish_at', '>=', since)
    .where('p.publish_at', '<=', (eb) => eb.fn<Date>('clock_timestamp'))
    .execute();
  for (const { id } of due)
    await record(db, id, { state: 'held', heldFor: 'outcome', reason, choices: ['live', 'publishAgain'] });
  if (due.length)
    await db
      .insertInto('audit_log')
      .values({ id: uuidv7(), actor_kind: 'operator', action: 'posts.held-after-restore' })
      .execute();
  return due.length;
}
