import { sql } from 'kysely';
import type { ControlDb } from '../../db/control/connect.ts';
import { wantAll } from '../../db/control/workflows/want-all.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { takeBack } from '../../db/tenant/targets/take-back.ts';
import { publishId } from '../../workflows/ids.ts';
import type { Change } from '../http/answer.ts';
import { withinTime } from '../within-time.ts';
import { lockTargets, reachOf, type Standing, type StandingTarget } from './standing.ts';

export interface Stores {
  control: ControlDb;
  db: TenantDb;
  tenant: string;
}

export interface Order {
  /** Whom it is for. Who of them is out of reach by now turns out on the way. */
  targets: readonly StandingTarget[];
  /** When they are due from then on. */
  dueAt: Date | null;
  /** Drafts are no drafts any more: workflows are to live by them. */
  schedules?: boolean;
  /** It ends what it reaches: then it reaches what has lost its account, too. */
  cancels?: boolean;
  /** The state in which it leaves a target; none: it stays as it is. */
  becomes: (target: StandingTarget) => NewState | undefined;
  /** Whether it is about what follows the publication: then it reaches what is published. */
  afterwards?: (target: StandingTarget) => boolean;
  /** Writes everything else, in the same transaction. False: it wrote nothing after all, and nobody counts as reached. */
  write: (tx: TenantDb, found: Found) => Promise<boolean>;
}

type NewState = 'scheduled' | 'canceled' | 'deleting';

/** The targets of the post as they are at the moment of decision. */
export interface Found {
  reached: readonly StandingTarget[];
  /** Public, or just becoming so, or perhaps so: what they were made from has to stay as it was. */
  late: readonly StandingTarget[];
}

export interface CarriedOut extends Found {
  changes: Change[];
}

/** Somebody else decided about the same post, or about what it is made of, since it was read. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** The order found that there is nothing for it to write. */
class NothingWritten extends Error {
  override readonly name = 'NothingWritten';
  readonly found: Found;

  constructor(found: Found) {
    super();
    this.found = found;
  }
}

/**
 * Carries out what a person decided about a post: control hears first, so that nothing parked for the older revision can claim any more,
 * then the rows are written by compare-and-set, and whoever calls this tells the workflows. What is acknowledged holds: a target counts
 * as reached only where no commit had claimed it and nobody else decided in between.
 * @returns `overtaken` when nothing was written: read the post again
 */
export async function carryOut(stores: Stores, post: Standing, order: Order): Promise<CarriedOut | 'overtaken'> {
  try {
    return await withinTime((stillInTime) => decide(stores, post, order, stillInTime));
  } catch (error) {
    if (error instanceof Overtaken) return 'overtaken';
    throw error;
  }
}

async function decide(
  { control, db, tenant }: Stores,
  post: Standing,
  order: Order,
  stillInTime: () => void,
): Promise<CarriedOut> {
  const living = order.targets.filter(({ state }) => state !== 'draft' || order.schedules);
  // With its time even where that stays: an entry that is made anew must not be due at once.
  const due = order.dueAt ? { dueAt: order.dueAt } : {};
  const wanted = living.map((target) => ({
    ...{ id: publishId(tenant, target.id), above: target.revision },
    ...(order.afterwards?.(target) ? { afterwards: true } : due),
  }));
  const revisions = await wantAll(control, tenant, wanted);
  const revisionOf = ({ id }: StandingTarget) => revisions.get(publishId(tenant, id));

  const changes = [...revisions].map(([workflow, revision]) => ({ workflow, revision }));
  try {
    return await db.transaction().execute(async (tx) => {
      await takeTurn(tx, post);
      const found = sort(await lockTargets(tx, post.id), order, living, revisionOf);
      for (const target of found.reached) await write(tx, target, revisionOf(target), order.becomes(target));
      if (!(await order.write(tx, found))) throw new NothingWritten(found);
      stillInTime();
      return { ...found, changes };
    });
  } catch (error) {
    if (!(error instanceof Overtaken || error instanceof NothingWritten)) throw error;
    // What is due within seconds waits for no transaction that was given up, and nothing goes out at a time that nobody was told.
    const inTime = living.flatMap(({ id }) => {
      const workflow = publishId(tenant, id);
      const revision = revisions.get(workflow);
      return revision === undefined ? [] : [{ id, workflow, revision }];
    });
    await takeBack(control, db, inTime);
    if (error instanceof Overtaken) throw error;
    return { ...error.found, reached: [], changes };
  }
}

/** @throws Overtaken when somebody else's turn was in between */
async function takeTurn(tx: TenantDb, { id, version }: Standing): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('posts')
    .set({ version: version + 1, updated_at: sql`clock_timestamp()` })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  if (!numUpdatedRows) throw new Overtaken();
}

function sort(
  rows: readonly StandingTarget[],
  order: Order,
  living: readonly StandingTarget[],
  revisionOf: (target: StandingTarget) => number | undefined,
): Found {
  const [meant, alive] = [order.targets, living].map((targets) => new Set(targets.map(({ id }) => id)));
  const claimed = (row: StandingTarget) => alive?.has(row.id) && revisionOf(row) === undefined;
  const inReach = (row: StandingTarget) =>
    reachOf(row) === 'can' || (order.cancels && reachOf(row) === 'stranded') || order.afterwards?.(row);
  // One that has lost its account since it was read is planned for anew.
  const accounts = new Map(order.targets.map(({ id, account }) => [id, account]));
  if (rows.some(({ id, account }) => account === null && accounts.get(id))) throw new Overtaken();
  const reached = rows.filter((row) => meant?.has(row.id) && inReach(row) && !claimed(row));
  // A newer revision than this command's: an answer of somebody, which the workflow may have followed already.
  if (reached.some((row) => row.revision >= (revisionOf(row) ?? row.revision + 1))) throw new Overtaken();
  const late = rows.filter((row) => claimed(row) || ['live', 'asks'].includes(reachOf(row)));
  return { reached, late };
}

async function write(
  tx: TenantDb,
  { id }: StandingTarget,
  revision: number | undefined,
  state: NewState | undefined,
): Promise<void> {
  if (revision === undefined && state === undefined) return;
  await tx
    .updateTable('targets')
    .set({
      ...(revision === undefined ? {} : { revision }),
      ...(state && { state, since: sql<Date>`clock_timestamp()`, reason: null, diagnostic: null }),
      ...(state && { choices: [], held_for: null, wished_text: null, wished_at: null }),
    })
    .where('id', '=', id)
    .execute();
}
