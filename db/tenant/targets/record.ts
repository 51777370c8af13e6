import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';
import { openStates } from './states.ts';

/** For support: what Meta answered, without its words. */
export interface Diagnostic {
  code?: number;
  subcode?: number;
  httpStatus?: number;
  traceId?: string;
  /** Meta itself calls it passing. */
  isTransient?: true;
}

interface Change {
  state: 'preparing' | 'armed' | 'committing' | 'published' | 'failed' | 'held';
  reason?: string;
  diagnostic?: Diagnostic;
  choices?: string[];
  /** What has to come before a held target goes on. */
  heldFor?: 'authorization' | 'outcome';
  metaId?: string;
  permalink?: string;
  publishedAt?: Date;
  /** The revision that it is about: of what was decided since, it says nothing. That something is live is said without it. */
  wanted?: number | undefined;
}

/** That it is live is proven by Meta: it stands against what was given up in the meantime. */
const givenUp = ['held', 'failed'] as const;

/** Why what is armed does not go out yet; null takes it back. What is being made public, or was decided on since, has words of its own. */
export async function sayOfArmed(
  db: TenantDb,
  { target, wanted }: { target: string; wanted: number },
  reason: string | null,
): Promise<void> {
  await db
    .updateTable('targets')
    .set({ reason, diagnostic: null })
    .where('id', '=', target)
    .where('state', '=', 'armed')
    .where('revision', '<=', wanted)
    .execute();
}

/** Of what was canceled, or has failed, it was seen that it is live: who tried again would publish it twice. */
export async function sayLiveThoughEnded(db: TenantDb, target: string): Promise<void> {
  await db
    .updateTable('targets')
    .set({ reason: liveThoughEnded, choices: sql<string[]>`array_remove(choices, 'retry')` })
    .where('id', '=', target)
    .where('state', 'in', ['canceled', 'failed'])
    .execute();
}

const liveThoughEnded =
  'It is live at Facebook all the same: somebody has published by hand what lay ready there. It stays until somebody deletes it by hand.';

/**
 * Writes down what became of a target, where nothing final was written yet; that it is published, also where it was given up.
 * @returns false when the target had come to its end already, something else was decided about it since, or it is gone
 */
export async function record(db: TenantDb, target: string, change: Change): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('targets')
    .set({
      state: change.state,
      since: sql`case when state = ${change.state} then since else clock_timestamp() end`,
      reason: change.reason ?? null,
      diagnostic: change.diagnostic ? JSON.stringify(change.diagnostic) : null,
      choices: change.choices ?? [],
      held_for: change.heldFor ?? null,
      ...(change.metaId === undefined ? {} : { meta_id: change.metaId }),
      ...(change.permalink === undefined ? {} : { permalink: change.permalink }),
      ...(change.state === 'published' ? { published_at: change.publishedAt ?? sql`clock_timestamp()` } : {}),
    })
    .where('id', '=', target)
    .where('state', 'in', change.state === 'published' ? [...openStates, ...givenUp] : openStates)
    .$if(change.wanted !== undefined, (query) => query.where('revision', '<=', change.wanted as number))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
