import { closeEntry, type Outcome } from '../../db/tenant/ledger/close.ts';
import { type LedgerRow, readLedger } from '../../db/tenant/ledger/read.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { GraphAnswer, GraphFailure } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { isGone } from '../graph/is-gone.ts';
import {
  type Begun,
  beginEdit,
  callEndsMs,
  callWithinMs,
  type Doubts,
  doubtsBeside,
  lostEdit,
  readsLagMs,
} from './begin-edit.ts';
import { diagnosticOf } from './failing.ts';
import type { Editing, Publisher } from './forms/form.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import type { PublishedTarget } from './published.ts';

/** A form whose text can be changed. */
export type Editor = Publisher & Required<Pick<Publisher, 'changeText' | 'textAt'>>;

/** `shown`: the text that Meta has, where nothing here tells which of several it is. */
type Changed =
  | { is: 'live'; edit: string }
  | Exclude<Begun, { is: 'call' }>
  | { is: 'failed'; failure: GraphFailure; shown?: string };

const gone = 'Meta does not show this post any more. Somebody may have deleted it there; if so, delete it here too.';

/** Gives a published post a text, unless Meta has it already. */
export async function changeText(
  { tenants, graph, witnessFactor }: PublishParts,
  ref: WantedTarget,
  { publisher, ...at }: PublishedTarget & { publisher: Editor },
  text: string,
): Promise<Changed> {
  const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => tenants.use(ref.tenant, work);
  const close = (id: string, outcome: Outcome) => inTenant((db) => closeEntry(db, id, outcome));
  const video = videoIn(await inTenant((db) => readLedger(db, ref.target)));
  const editing: Editing = { graph, ...at, ...(video === undefined ? {} : { video }), timeoutMs: callEndsMs };
  const wanted = { ...ref, metaId: at.metaId, text, readsLagMs: readsLagMs * witnessFactor };

  const lost = await inTenant((db) => lostEdit(db, wanted));
  const before = lost === undefined ? undefined : await publisher.textAt(editing);
  if (lost !== undefined && before && isSame(before, text)) {
    await close(lost, { status: 'done' });
    return { is: 'live', edit: lost };
  }
  const askedMs = performance.now();
  const begun = await inTenant((db) => beginEdit(db, wanted));
  if (begun.is !== 'call') return begun;
  // Somebody else may be at it by now, who took this one for dead.
  if (performance.now() - askedMs > callWithinMs) {
    await close(begun.id, { status: 'abandoned' });
    return { is: 'waits', forMs: 1_000 };
  }
  const calledAt = new Date();
  const answer = await publisher.changeText(editing, text);
  const changed = answer.ok
    ? ({ is: 'live', edit: begun.id } as const)
    : passes(answer.failure)
      ? failed(answer.failure, before)
      : afterRefusal(answer.failure, {
          text,
          edit: begun.id,
          shown: await publisher.textAt(editing),
          shownInMs: (at.content.row.publishedAt?.getTime() ?? 0) + wanted.readsLagMs - Date.now(),
          ...(await inTenant((db) => doubtsBeside(db, wanted, begun.id))),
        });
  await close(begun.id, outcomeOf(answer, changed, calledAt));
  return changed;
}

interface Refused extends Doubts {
  text: string;
  edit: string;
  shown: GraphAnswer<string>;
  /** Until then Meta may not show what was published a moment ago. */
  shownInMs: number;
}

/** Meta has refused what it did: what it shows decides, once that cannot be what an earlier edit has made of the text. */
function afterRefusal(
  failure: GraphFailure,
  { text, edit, shown, shownInMs, isUnclear, readsTellInMs }: Refused,
): Changed {
  const isLive = isSame(shown, text);
  if ((isLive || isUnclear) && readsTellInMs > 0) return { is: 'waits', forMs: readsTellInMs };
  if (isLive) return { is: 'live', edit };
  if (shown.ok) return failed(failure, isUnclear ? shown : undefined);
  if (isGone(shown.failure) && shownInMs > 0) return { is: 'waits', forMs: shownInMs };
  if (isGone(shown.failure)) return failed({ ...shown.failure, words: gone });
  const isOpen = isUnclear || failure.commit === 'unknown';
  return failed(isOpen && passes(shown.failure) ? shown.failure : failure);
}

const failed = (failure: GraphFailure, shown?: GraphAnswer<string>): Changed =>
  shown?.ok ? { is: 'failed', failure, shown: shown.data } : { is: 'failed', failure };

function outcomeOf(answer: GraphAnswer<unknown>, changed: Changed, calledAt: Date): Outcome {
  if (answer.ok || changed.is === 'live') return { status: 'done', calledAt };
  const failure = changed.is === 'failed' ? changed.failure : answer.failure;
  const diagnostic = diagnosticOf(failure);
  if (failure.sent === false) return { status: 'abandoned', diagnostic };
  return { status: passes(failure) ? 'unknown' : 'refused', diagnostic, calledAt };
}

/** The video that was made public, where it is one; its file may have been deleted here since. */
function videoIn(ledger: readonly LedgerRow[]): string | undefined {
  const videos = new Set(ledger.filter(({ step }) => step === 'upload').map(({ metaId }) => metaId));
  const commits = ledger.filter(({ step, metaId }) => step === 'commit' && videos.has(metaId));
  // Not one that was only armed: what was made public may be an earlier one.
  const made =
    commits.findLast(({ status }) => status === 'done') ?? commits.findLast(({ status }) => status === 'unknown');
  return made?.metaId ?? undefined;
}

/** Meta may give line ends, and blanks at both ends, as it likes. */
const isSame = (shown: GraphAnswer<string>, text: string): boolean => shown.ok && plain(shown.data) === plain(text);

const plain = (text: string) => text.replaceAll('\r\n', '\n').trim();
