import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Targets } from '../../db/tenant/schema.ts';
import { type Command, exits } from './command.ts';
import { counted } from './counted.ts';
import { eachTenant } from './each-tenant.ts';
import { type Finding, told } from './finding.ts';
import { heldWords } from './held.ts';

/** Meta is slow for a moment, or a worker was killed: that is over by itself within this time. */
const usuallyOverMinutes = 5;

/** Posts whose time has passed without an outcome, whose text is to be changed for long, or that wait for a person. */
export const stuckPosts: Command = {
  usage: 'posts stuck',
  summary: 'Posts that are late, of unknown outcome, or held, and since when',
  async run(ops) {
    const { items, findings } = await eachTenant(ops, undefined, stuckIn);
    const all = [...items.map(finding), ...findings];
    return {
      exit: all.length ? exits.needsAttention : exits.fine,
      json: { ok: true, posts: items, findings: all },
      lines: [
        `${items.length ? counted(items.length, 'post') : 'No post'} ${items.length > 1 ? 'are' : 'is'} stuck.`,
        ...all.flatMap(told),
        ...(items.length
          ? ['What happened: npm run ops -- posts explain ID. What Meta shows now: posts witness ID']
          : []),
      ],
    };
  },
};

interface StuckPost {
  tenant: string;
  target: string;
  state: string;
  since: string;
  dueAt: string;
  reason: string | null;
  heldFor: Targets['held_for'];
}

async function stuckIn(db: TenantDb, tenant: string): Promise<StuckPost[]> {
  const rows = await db
    .selectFrom('targets as t')
    .innerJoin('posts as p', 'p.id', 't.post')
    .select(['t.id as target', 't.state', 't.reason', 't.held_for as heldFor'])
    .select(sql<Date>`coalesce(t.wished_at, t.since)`.as('since'))
    .select(sql<Date>`coalesce(p.publish_at, t.since)`.as('dueAt'))
    .where(({ or, and, eb }) =>
      or([
        eb('t.state', '=', 'held'),
        sql<boolean>`t.wished_at < clock_timestamp() - make_interval(mins => ${usuallyOverMinutes})`,
        and([
          eb('t.state', 'in', ['scheduled', 'preparing', 'armed', 'committing', 'deleting']),
          sql<boolean>`greatest(coalesce(p.publish_at, t.since), t.since)
            < clock_timestamp() - make_interval(mins => ${usuallyOverMinutes})`,
        ]),
      ]),
    )
    .orderBy('t.since')
    .execute();
  return rows.map(({ since, dueAt, ...row }) => {
    return { tenant, ...row, since: since.toISOString(), dueAt: dueAt.toISOString() };
  });
}

const late = 'Its time has passed, and nothing was published.';
const look = 'See what it is at: posts explain. Does a worker run, and what does its log say?';
const wrong: Readonly<Record<string, string>> = {
  committing: 'It was called for, and Meta has not said what became of it.',
  published: 'Its text is to be changed at Meta, and is not yet.',
  deleting: 'It is to be deleted at Meta, and is not yet.',
};
const next: Readonly<Record<string, string>> = {
  committing: 'It is looked for at Meta for a day, then a person is asked. Ask now: posts witness.',
};

function finding({ target, state, since, reason, heldFor }: StuckPost): Finding {
  const said = state === 'held' ? heldWords(heldFor) : { wrong: wrong[state] ?? late, next: next[state] ?? look };
  return { about: target, wrong: reason ? `${said.wrong} ${reason}` : said.wrong, since, next: said.next };
}
