import type { Progress } from '../../db/tenant/ledger/note-progress.ts';
import type { LedgerRow } from '../../db/tenant/ledger/read.ts';
import type { Content } from './content.ts';
import type { Piece, Publisher } from './forms/form.ts';

/** What was begun longer ago than this is made anew: Meta drops unpublished photos, and containers, after a day. */
const freshForMs = 20 * 3_600_000;

type Laid = LedgerRow & { metaId: string };

export interface Planned {
  piece: Piece;
  /** How often just this was begun before, and came to nothing. */
  triesBefore: number;
  /** What Meta has of it: `done` is usable, `open` can be gone on with. */
  laid: Laid | undefined;
}

/** What has to lie at Meta for a target, and what of it does. */
export interface Plan {
  pieces: Planned[];
  /** What the commit makes public; undefined until everything lies there. */
  subject: string | undefined;
  /** What was noted while the subject was made. */
  progress: Progress;
  isComplete(stage: Piece['stage']): boolean;
}

/**
 * @param neededAtMs when it goes out, or now if that is past: what is too old then is made anew, also after a hold or another time
 */
export function planOf(publisher: Publisher, content: Content, ledger: readonly LedgerRow[], neededAtMs: number): Plan {
  const usable = ledger.filter((row): row is Laid => isUsable(row, content, neededAtMs));
  const tries = (piece: Piece) => ledger.filter((row) => isSpent(row, content, neededAtMs) && isOf(row, piece)).length;
  const wanted = Map.groupBy(publisher.pieces(content), ({ stage }) => stage);
  const last = (wanted.get('last') ?? []).map((piece) => {
    return { piece, triesBefore: tries(piece), laid: usable.findLast((row) => isOf(row, piece)) };
  });
  // What was put into something is in it for good.
  const isFree = ({ partOf }: Laid) => partOf === null || last.some(({ laid }) => laid?.id === partOf);
  const ahead = (wanted.get('ahead') ?? []).map((piece) => {
    return { piece, triesBefore: tries(piece), laid: usable.findLast((row) => isOf(row, piece) && isFree(row)) };
  });
  const lastIsDone = last.every(isDone);
  const aheadIsDone = (last.length > 0 && lastIsDone) || ahead.every(isDone);
  const pieces = [...ahead, ...last];
  const subject = aheadIsDone && lastIsDone ? pieces.at(-1)?.laid : undefined;
  return {
    pieces,
    subject: subject?.metaId,
    progress: (subject?.progress ?? {}) as Progress,
    isComplete: (stage) => (stage === 'ahead' ? aheadIsDone : lastIsDone),
  };
}

export const isDone = ({ laid }: Planned): boolean => laid?.status === 'done';

const isUsable = (row: LedgerRow, content: Content, neededAtMs: number): boolean =>
  row.metaId !== null && (row.status === 'done' || row.status === 'open') && isFresh(row, content, neededAtMs);

const isSpent = (row: LedgerRow, content: Content, neededAtMs: number): boolean =>
  row.status === 'refused' && isFresh(row, content, neededAtMs);

function isFresh(row: LedgerRow, { row: { afreshFrom } }: Content, neededAtMs: number): boolean {
  // Not what was prepared before a person said what became of it.
  if (afreshFrom && row.openedAt <= afreshFrom) return false;
  return row.freshFrom.getTime() > neededAtMs - freshForMs;
}

const isOf = (row: LedgerRow, { step, position, hash }: Piece): boolean =>
  row.step === step && row.position === position && row.contentHash.equals(hash);
