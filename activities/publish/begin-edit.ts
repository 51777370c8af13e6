import { v7 as uuidv7 } from 'uuid';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { type Edit, latestEdits } from '../../db/tenant/ledger/edits.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { isWished } from '../../db/tenant/targets/wished-text.ts';
import { hashOf } from './content.ts';
import type { WantedTarget } from './parts.ts';

interface Wanted extends WantedTarget {
  metaId: string;
  text: string;
  readsLagMs: number;
}

/** What has not been called this soon after it was written down is not called at all. */
export const callWithinMs = 5_000;
export const callEndsMs = 20_000;
/** No call can be under way any more. */
const callOverMs = callWithinMs + callEndsMs;
/** For so long Meta's reads may show the text of an earlier edit. */
export const readsLagMs = 120_000;

/** `overtaken`: something else is wanted by now. `waits`: a call for another text may still be under way, and would be the last to arrive. */
export type Begun = { is: 'call'; id: string } | { is: 'overtaken' } | { is: 'waits'; forMs: number };

/** Writes an edit down before it is called for, so that of several texts the one that was wished last is called last. */
export const beginEdit = (db: TenantDb, { target, wanted, metaId, text }: Wanted): Promise<Begun> =>
  db.transaction().execute(async (tx) => {
    if (!(await isWished(tx, target, text))) return { is: 'overtaken' };
    const contentHash = hashOf([text]);
    const unheard = (await latestEdits(tx, target)).filter(isUnheard);
    const other = unheard.find((edit) => !edit.contentHash.equals(contentHash) && edit.ageMs < callOverMs);
    if (other) return { is: 'waits', forMs: Math.ceil(callOverMs - other.ageMs) };
    // Left by attempts that died.
    for (const { id, status } of unheard) if (status === 'open') await closeEntry(tx, id, { status: 'unknown' });
    const id = uuidv7();
    await openEntry(tx, { id, target, step: 'edit', metaId, revision: wanted, contentHash, status: 'open' });
    return { is: 'call', id };
  });

/** @returns the call for this text whose answer nobody has heard, where what Meta shows tells what became of it */
export async function lostEdit(
  db: TenantDb,
  { target, wanted, text, readsLagMs }: Wanted,
): Promise<string | undefined> {
  const contentHash = hashOf([text]);
  const edits = await latestEdits(db, target);
  const others = edits.filter((edit) => !edit.contentHash.equals(contentHash));
  if (tellInMs(others, readsLagMs) > 0) return undefined;
  return edits.find((edit) => isUnheard(edit) && edit.revision === wanted && edit.contentHash.equals(contentHash))?.id;
}

/** What other edits than a refused one leave open. */
export interface Doubts {
  /** Nothing here tells which text Meta has: the answer to the last call that may have changed it was lost. */
  isUnclear: boolean;
  /** Until then Meta's reads may show what was there before one of them. */
  readsTellInMs: number;
}

export async function doubtsBeside(db: TenantDb, { target, readsLagMs }: Wanted, refused: string): Promise<Doubts> {
  const others = (await latestEdits(db, target)).filter(({ id }) => id !== refused);
  const last = others.find((edit) => edit.status === 'done' || isUnheard(edit));
  return { isUnclear: last !== undefined && isUnheard(last), readsTellInMs: tellInMs(others, readsLagMs) };
}

const tellInMs = (edits: readonly Edit[], readsLagMs: number): number => {
  const agesMs = edits.filter((edit) => edit.status === 'done' || isUnheard(edit)).map(({ ageMs }) => ageMs);
  return Math.max(0, Math.ceil(callOverMs + readsLagMs - Math.min(...agesMs)));
};

const isUnheard = ({ status }: Edit) => status === 'open' || status === 'unknown';
