import { v7 as uuidv7 } from 'uuid';
import { catchUp } from '../../db/control/workflows/catch-up.ts';
import { openArmed } from '../../db/tenant/ledger/open.ts';
import { publishId } from '../../workflows/ids.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import { type Ready, readyToPrepare } from './preparing.ts';
import { type ReadyCommit, readyCommit } from './ready-commit.ts';

/** What one attempt has in hand before it parks: at the due instant nothing is left to be fetched. */
export interface Armed extends Ready {
  attempt: string;
  /** What the commit makes public. */
  subject: string;
  /** The call, which has only to be written. */
  commit: ReadyCommit;
}

/** Opens what the call needs, and the ledger row that says that a call may follow. */
export async function arm(parts: PublishParts, ref: WantedTarget): Promise<Armed | 'stale' | 'over'> {
  const ready = await readyToPrepare(parts, ref);
  if (typeof ready === 'string') return ready;
  const { publisher, content, credential, plan, called, dueAt } = ready;
  const { subject, progress } = plan;
  if (!subject) return 'stale';
  if (called && publisher.mayRepeat !== 'at-once') {
    // Control is older than this call and has lost its claim: a witness says what became of it.
    const claim = { by: called.id, at: called.openedAt };
    const id = publishId(ref.tenant, ref.target);
    await catchUp(parts.control, { id, revision: ref.wanted, dueAt, claim }, ref.wanted);
    return 'stale';
  }
  const commit = readyCommit(parts.graph, publisher, { token: credential.token, content, subject, progress });
  const attempt = uuidv7();
  const isArmed = await parts.tenants.use(ref.tenant, (db) =>
    openArmed(db, {
      id: attempt,
      target: ref.target,
      step: 'commit',
      revision: ref.wanted,
      contentHash: content.hash,
      metaId: subject,
      status: 'armed',
    }),
  );
  // It is being deleted since the plan was read, and is to be made anew.
  if (!isArmed) return 'stale';
  return { ...ready, attempt, subject, commit };
}
