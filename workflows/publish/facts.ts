import type { Form } from '../../activities/publish/forms/form.ts';

/** What the rows say: ids, times, counts and words of our own only. */
export type Facts =
  /** There is no such target. A young entry may belong to a transaction that is still open. */
  { is: 'absent'; wanted: number; entryAgeMs: number } | Over | Open;

/** It has come to its end: published, failed, canceled, held for a person, or only a draft. */
interface Over {
  is: 'over';
  wanted: number;
  state: string;
  chores: Chore[];
  /** For how long the row may still be behind `wanted`, because a transaction may be open; absent: it cannot. */
  settlesInMs?: number;
}

/** What may be left to do around a target; none of it changes what becomes of it. */
export type Chore = 'link' | 'comment' | 'discard' | 'edit' | 'delete';

export interface Open {
  is: 'open';
  /** The revision to claim with. */
  wanted: number;
  /** For how long the row may still be behind `wanted`, because a transaction may be open; 0 where it cannot. */
  settlesInMs: number;
  connection: string;
  platform: string;
  /** What it becomes at Meta; absent in what was read before there was more than posts of Pages. */
  form?: Form | 'none';
  dueAtMs: number;
  /** How long before it is due files are sent to Meta; 0 where none are, or they lie there. */
  aheadMs: number;
  chores: Chore[];
  /** A commit has been claimed: only a witness may say what became of it. */
  claimedAtMs?: number;
  /** Meta has said that it took the commit, and is at work on it. */
  accepted?: boolean;
  witnessReads: number;
  /** Scales the delays of the witness; 1 but in fault suites. */
  witnessFactor: number;
}

/** What became of a stage of preparing: `stale` and `over` lead back to the rows. */
export type Prepared = 'ready' | 'stale' | 'over';

/** How they were read before there was more than posts of Pages. */
interface FormerOpen extends Omit<Open, 'aheadMs' | 'chores'> {
  photos: number;
  photosReady: boolean;
}

interface FormerOver extends Omit<Over, 'chores'> {
  unlinked?: true;
}

/** Photos were sent this long before they were due. */
const formerAheadMs = 600_000;

/** Facts as they are read today, whenever they were: histories keep them for ever. */
export function today(facts: Facts | FormerOpen | FormerOver): Facts {
  if (facts.is === 'over' && !('chores' in facts)) return { ...facts, chores: facts.unlinked ? ['link'] : [] };
  if (facts.is !== 'open' || 'aheadMs' in facts) return facts as Facts;
  return { ...facts, aheadMs: facts.photos > 0 && !facts.photosReady ? formerAheadMs : 0, chores: [] };
}
