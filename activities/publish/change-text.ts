import { closeEntry, type Outcome } from '../../db/tenant/ledger/close.ts';
import { type LedgerRow, readLedger } from '../../db/tenant/ledger/read.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { GraphAnswer, GraphFailure } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { isGone } from '../graph/is-gone.ts';
import { type Begun, beginEdit, callEndsMs, callWithinMs, lostEdit } from './begin-edit.ts';
import { diagnosticOf } from './failing.ts';
import type { Editing, Publisher } from './forms/form.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import type { PublishedTarget } from './published.ts';

/** A form whose text can be changed. */
export type Editor = Publisher & Required<Pick<Publisher, 'changeText' | 'textAt'>>;

type Changed = { is: 'live'; edit: string } | Exclude<Begun, { is: 'call' }> | { is: 'failed'; failure: GraphFailure };

const gone = 'Meta does not show this post any more. Somebody may have deleted it there; if so, delete it here too.';

/** Gives a published post a text, unless Meta has it already. */
export async function changeText(
  { tenants, graph }: PublishParts,
  ref: WantedTarget,
  { publisher, ...at }: PublishedTarget & { publisher: Editor },
  text: string,
): Promise<Changed> {
  const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => tenants.use(ref.tenant, work);
  const close = (id: string, outcome: Outcome) => inTenant((db) => closeEntry(db, id, outcome));
  const video = videoIn(await inTenant((db) => readLedger(db, ref.target)));
  const editing: Editing = { graph, ...at, ...(video === undefined ? {} : { video }), timeoutMs: callEndsMs };
  const wanted = { ...ref, metaId: at.metaId, text };

  const lost = await inTenant((db) => lostEdit(db, wanted));
  if (lost !== undefined && isSame(await publisher.textAt(editing), text)) {
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
  const failure = await call(publisher, editing, text);
  await close(begun.id, outcomeOf(failure, calledAt));
  return failure ? { is: 'failed', failure } : { is: 'live', edit: begun.id };
}

/** @returns why Meta does not have the text; undefined where it has */
async function call(publisher: Editor, at: Editing, text: string): Promise<GraphFailure | undefined> {
  const answer = await publisher.changeText(at, text);
  if (answer.ok) return undefined;
  const { failure } = answer;
  if (passes(failure)) return failure;
  // Meta has refused what it did: what it shows decides.
  const shown = await publisher.textAt(at);
  if (isSame(shown, text)) return undefined;
  if (!shown.ok && isGone(shown.failure)) return { ...shown.failure, words: gone };
  return !shown.ok && passes(shown.failure) && failure.commit === 'unknown' ? shown.failure : failure;
}

function outcomeOf(failure: GraphFailure | undefined, calledAt: Date): Outcome {
  if (!failure) return { status: 'done', calledAt };
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
