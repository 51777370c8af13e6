import { v7 as uuidv7 } from 'uuid';
import { openArmed } from '../../db/tenant/ledger/open.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import { type Ready, readyToPrepare } from './preparing.ts';

/** What one attempt has in hand before it parks: at the due instant nothing is left to be fetched. */
export interface Armed extends Ready {
  attempt: string;
  /** What the commit makes public. */
  subject: string;
}

/** Opens what the call needs, and the ledger row that says that a call may follow. */
export async function arm(parts: PublishParts, ref: WantedTarget): Promise<Armed | 'stale' | 'over'> {
  const ready = await readyToPrepare(parts, ref);
  if (typeof ready === 'string') return ready;
  const { subject } = ready.plan;
  if (!subject) return 'stale';
  const attempt = uuidv7();
  await parts.tenants.use(ref.tenant, (db) =>
    openArmed(db, {
      id: attempt,
      target: ref.target,
      step: 'commit',
      revision: ref.wanted,
      contentHash: ready.content.hash,
      metaId: subject,
      status: 'armed',
    }),
  );
  return { ...ready, attempt, subject };
}
