import { sql } from 'kysely';
import type { ControlDb } from '../../db/control/connect.ts';
import { want } from '../../db/control/workflows/want.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type Decision, decide } from '../../db/tenant/targets/decide.ts';
import { unbound } from '../../db/tenant/targets/unbound.ts';
import { publishId } from '../../workflows/ids.ts';
import { audit } from '../audit/write.ts';
import type { Change } from '../http/answer.ts';
import { isStale } from '../posts/version.ts';
import type { Member } from '../session/caller.ts';
import { withinTime } from '../within-time.ts';

const asking = ['held', 'failed'] as const;

export type ChoiceName = 'live' | 'publishAgain' | 'retry' | 'cancel';

/**
 * Looks once more, where nobody else can answer any more: somebody may just have, what it asks since may be something else, its account
 * may be gone, and its post may not be the one that was read.
 */
async function stillAsks(tx: TenantDb, { target, ifMatch }: Asked, choice: ChoiceName): Promise<boolean> {
  if (ifMatch && !(await isStillPost(tx, target.post, ifMatch))) return false;
  const row = await tx
    .selectFrom('targets')
    .select(['account', 'choices'])
    .where('id', '=', target.id)
    .where('state', 'in', asking)
    .forUpdate()
    .executeTakeFirst();
  const goesOn = choice === 'retry' || choice === 'publishAgain';
  if (goesOn && row?.account === null) return false;
  return row?.choices.includes(choice) ?? false;
}

/** Locked before its target, as whoever edits it locks them. */
async function isStillPost(tx: TenantDb, id: string, ifMatch: string): Promise<boolean> {
  const post = await tx.selectFrom('posts').select('version').where('id', '=', id).forShare().executeTakeFirst();
  return post !== undefined && !isStale(ifMatch, post);
}

export interface Asked {
  stores: { control: ControlDb; db: TenantDb; tenant: string };
  target: { id: string; post: string; revision: number; dueAt: Date };
  by: Member;
  /** The id of its entry in the log. */
  entry: string;
  /** What the one who answers has read of the post. */
  ifMatch: string;
}

/** Tries again, publishes anew, or gives up. @returns whom to tell; undefined where somebody has answered before, or a commit is under way */
export async function goOn(asked: Asked, choice: Exclude<ChoiceName, 'live'>): Promise<Change[] | undefined> {
  const { stores, target } = asked;
  const { control, db, tenant } = stores;
  const { id, revision, dueAt } = target;
  const candidate = { id, revision, workflow: publishId(tenant, id) };
  const candidates = [choice === 'cancel' ? candidate : { ...candidate, dueAt }];
  const decision: Decision = {
    state: choice === 'cancel' ? 'canceled' : 'scheduled',
    reason: null,
    from: asking,
    still: (tx) => stillAsks(tx, asked, choice),
    also: async (tx) => {
      await note(tx, asked, choice);
      if (choice !== 'cancel')
        await tx
          .updateTable('targets')
          .set({ ...(choice === 'publishAgain' ? afresh : {}), ...unknown })
          .where('id', '=', id)
          .execute();
    },
  };
  const { changes, decided } = await withinTime(() =>
    decide({ control, tenant, inTenant: (work) => work(db) }, candidates, decision),
  );
  return decided.length ? changes : undefined;
}

/** From a person's word on: what was made before may be live, or gone. */
const afresh = { afresh_from: sql<Date>`clock_timestamp()` };

/** What an earlier attempt may have become is not what the next one becomes. */
const unknown = { meta_id: null, permalink: null };

/** Takes it from a person that it is live. @returns as `goOn` */
export function isLive(asked: Asked): Promise<Change[] | undefined> {
  const { stores, target } = asked;
  const { control, db, tenant } = stores;
  const workflow = publishId(tenant, target.id);
  return withinTime(async (stillInTime) => {
    const revision = await want(control, { id: workflow, tenant, above: target.revision });
    if (revision === undefined) return undefined;
    const written = await db.transaction().execute(async (tx) => {
      if (!(await stillAsks(tx, asked, 'live'))) return false;
      const commit = await tx
        .selectFrom('ledger as c')
        .select(['c.called_at', 'c.opened_at'])
        // A draft and an upload become the post; a container and a photo do not, and their ids are of nothing that anybody sees.
        .select((eb) =>
          eb
            .selectFrom('ledger as d')
            .select('d.meta_id')
            .whereRef('d.target', '=', 'c.target')
            .whereRef('d.meta_id', '=', 'c.meta_id')
            .where('d.step', 'in', ['draft', 'upload'])
            .limit(1)
            .as('post'),
        )
        .where('c.target', '=', target.id)
        .where('c.step', '=', 'commit')
        .where('c.meta_id', 'is not', null)
        .orderBy('c.opened_at', 'desc')
        .executeTakeFirst();
      const post = sql`${commit?.post ?? null}::text`;
      await tx
        .updateTable('targets')
        .set({
          ...{ state: 'published', since: sql`clock_timestamp()`, revision, choices: [], held_for: null },
          ...afresh,
          // Meta may have said it already.
          meta_id: sql`coalesce(meta_id, ${post})`,
          reason: sql`case when coalesce(meta_id, ${post}) is null then ${unbound} end`,
          published_at: commit?.called_at ?? commit?.opened_at ?? sql`clock_timestamp()`,
        })
        .where('id', '=', target.id)
        .execute();
      await note(tx, asked, 'live');
      stillInTime();
      return true;
    });
    return written ? [{ workflow, revision }] : undefined;
  });
}

const note = (tx: TenantDb, { by, entry, target }: Asked, choice: ChoiceName) =>
  audit(tx, by, { id: entry, action: 'target.resolved', subject: target.id, details: { choice } });
