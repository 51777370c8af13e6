import { sql } from 'kysely';
import { type Candidate, type Decided, decide, type Stores } from './decide.ts';
import { openStates } from './states.ts';

export const gone = 'The account was disconnected.';
/** Nobody can look any more what became of it. */
export const goneUnsaid =
  'The account was disconnected before Facebook had said whether this is live. Look at the Page.';

/** What still waits for something that only its account can bring. */
export const endable = [...openStates, 'held'] as const;

const mayBeLive = sql<boolean>`(t.state = 'committing' or t.held_for is not distinct from 'outcome')`;

interface LetGo {
  changes: Decided['changes'];
  canceled: string[];
  /** May be live, and says so. */
  unsaid: string[];
  /** Claimed by a commit: what becomes of them says their outcome. */
  tooLate: string[];
}

/**
 * Ends targets whose account goes. Canceled is only what cannot have gone out.
 * @param connection with which they go: where another one has the account by now, it goes on with that; absent where the account is gone
 */
export async function letGo(stores: Stores, candidates: readonly Candidate[], connection?: string): Promise<LetGo> {
  const goes =
    connection === undefined
      ? sql<boolean>`true`
      : sql<boolean>`exists (select from accounts a where a.id = t.account and a.connection = ${connection})`;
  const canceled = await decide(stores, candidates, {
    ...{ state: 'canceled', reason: gone, from: endable },
    only: sql<boolean>`not ${mayBeLive} and ${goes}`,
  });
  const over = new Set([...canceled.decided, ...canceled.tooLate]);
  const left = candidates.filter(({ id }) => !over.has(id));
  const unsaid = await decide(stores, left, {
    ...{ state: 'failed', reason: goneUnsaid, from: endable, only: sql<boolean>`${mayBeLive} and ${goes}` },
    // Photos that may be in it stay.
    also: (trx, ids) =>
      trx.updateTable('targets').set({ afresh_from: sql`clock_timestamp()` }).where('id', 'in', ids).execute(),
  });
  return {
    changes: [...canceled.changes, ...unsaid.changes],
    canceled: canceled.decided,
    unsaid: unsaid.decided,
    tooLate: [...canceled.tooLate, ...unsaid.tooLate],
  };
}
