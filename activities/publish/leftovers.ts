import { lostDrafts } from '../../db/tenant/ledger/lost.ts';
import type { LedgerRow } from '../../db/tenant/ledger/read.ts';
import type { TargetRow } from '../../db/tenant/targets/read-target.ts';
import { isOpen } from '../../db/tenant/targets/states.ts';
import type { Publisher } from './forms/form.ts';
import type { Plan } from './plan.ts';

/** After so many tries what lies at Meta unseen is left there. */
const triesAtMost = 5;

export type Leftover = LedgerRow & { metaId: string };

type Target = Pick<TargetRow, 'state' | 'afreshFrom'>;

/**
 * What was prepared at Meta and is not needed any more: made from older content, too old, or of a target that has come to its end. What a
 * commit may have made public is never among it, nor what went into that; nor anything while a target waits for a person.
 */
export function leftoversOf(
  { discards }: Publisher,
  { state, afreshFrom }: Target,
  ledger: readonly LedgerRow[],
  plan: Plan,
): Leftover[] {
  if (state === 'held') return [];
  const kept = new Set<string>(isOpen(state) ? plan.pieces.flatMap(({ laid }) => laid?.id ?? []) : []);
  const committed = new Set(ledger.filter(mayHaveCalled).map(({ metaId }) => metaId));
  for (const row of ledger) if (row.step !== 'commit' && committed.has(row.metaId)) kept.add(row.id);
  for (const { id, metaId } of ledger) if (metaId !== null && stays(metaId, ledger)) kept.add(id);
  const goes = new Set(ledger.filter(({ id, metaId }) => metaId !== null && !kept.has(id)).map(({ id }) => id));
  // What is in something goes after it only. Of a draft whose answer was lost nobody knows yet what became of it.
  const isKept = (row: LedgerRow) => kept.has(row.id) || (row.partOf !== null && !goes.has(row.partOf));
  return ledger.filter(
    (row): row is Leftover =>
      row.metaId !== null &&
      discards.includes(row.step) &&
      !isKept(row) &&
      !mayBeSeen(row, afreshFrom) &&
      !triesFor(row.metaId, ledger).some(({ status }) => status === 'done'),
  );
}

/** Whether something is to be deleted at Meta, or looked for there to be deleted. */
export const isAnythingLeft = (
  publisher: Publisher,
  target: Target,
  ledger: readonly LedgerRow[],
  plan: Plan,
): boolean =>
  leftoversOf(publisher, target, ledger, plan).length > 0 || lostOf(publisher, target.state, ledger).length > 0;

/** Drafts to be looked for at Meta, whose answers were lost; none while a target waits for a person. */
export const lostOf = ({ findUnseen }: Publisher, state: string, ledger: readonly LedgerRow[]): LedgerRow[] =>
  state === 'held' || !findUnseen ? [] : lostDrafts(ledger);

/** A commit that was called, whatever its answer was. */
export const mayHaveCalled = ({ step, status }: LedgerRow): boolean =>
  step === 'commit' && (status === 'open' || status === 'done' || status === 'unknown');

/**
 * Of a photo there is no telling whether anybody sees it. Where a person had to say what became of a post, the ledger did not know: a photo that it
 * has in no draft may be in what is live.
 */
const mayBeSeen = ({ step, partOf, openedAt }: LedgerRow, afreshFrom: Date | null): boolean =>
  step === 'photo' && partOf === null && afreshFrom !== null && openedAt <= afreshFrom;

/** Somebody has published it, Meta does not delete it, or it was tried often. */
function stays(metaId: string, ledger: readonly LedgerRow[]): boolean {
  const tries = triesFor(metaId, ledger);
  if (tries.some(({ status }) => status === 'done')) return false;
  return tries.length >= triesAtMost || tries.some(({ status }) => status === 'refused');
}

const triesFor = (metaId: string, ledger: readonly LedgerRow[]): LedgerRow[] =>
  ledger.filter((row) => row.step === 'discard' && row.metaId === metaId);
