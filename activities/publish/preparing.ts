import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { type LedgerRow, readLedger } from '../../db/tenant/ledger/read.ts';
import { isOver } from '../../db/tenant/targets/read-target.ts';
import { record } from '../../db/tenant/targets/record.ts';
import { publishId } from '../../workflows/ids.ts';
import type { UsedCredential } from '../connection/judge-credential.ts';
import { type Content, readContent } from './content.ts';
import { end, noCredential } from './failing.ts';
import { objectionTo } from './flaws.ts';
import type { Publisher } from './forms/form.ts';
import { publisherOf } from './forms/publishers.ts';
import { lostOf, mayHaveCalled } from './leftovers.ts';
import { pageToken } from './page-token.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import { type Plan, planOf } from './plan.ts';

export interface Ready {
  content: Content;
  publisher: Publisher;
  plan: Plan;
  /** A draft that was begun may lie at Meta without anybody knowing its id. */
  isLost: boolean;
  /** A commit of what is prepared was called, though nothing is claimed. */
  called: LedgerRow | undefined;
  credential: UsedCredential;
  dueAt: Date;
  /** How long ago it was due; negative before. */
  overdueMs: number;
}

const noSuchForm = 'Posts of this kind cannot be published from here.';

/** Looks whether a target may still be prepared, what is missing, and opens what that needs. */
export async function readyToPrepare(
  parts: Pick<PublishParts, 'control' | 'tenants' | 'vault'>,
  { tenant, target, wanted }: WantedTarget,
): Promise<Ready | 'stale' | 'over'> {
  const entry = await readEntry(parts.control, publishId(tenant, target));
  if (!entry || entry.wanted !== wanted || entry.claimedBy) return 'stale';
  const dueAt = entry.dueAt ?? entry.wantedAt;
  return parts.tenants.use(tenant, async (db) => {
    const content = await readContent(db, target);
    if (!content) return 'stale';
    if (isOver(content.row.state)) return 'over';
    const publisher = publisherOf(content.form);
    if (!publisher) {
      await record(db, target, { state: 'failed', reason: noSuchForm, choices: ['cancel'], wanted });
      return 'over';
    }
    const objection = objectionTo(content);
    if (objection) {
      await record(db, target, { state: 'failed', reason: objection, choices: ['retry', 'cancel'], wanted });
      return 'over';
    }
    const credential = await pageToken(parts, db, { tenant, account: content.row.account });
    if (!credential || credential.objection) {
      // What was not granted is not tried.
      const refusal = { ...noCredential, ...(credential?.objection && { words: credential.objection }) };
      return (await end(db, { target, wanted }, refusal, 0)) ? 'over' : 'stale';
    }
    const nowMs = entry.now.getTime();
    const neededAtMs = Math.max(dueAt.getTime(), nowMs);
    const ledger = await readLedger(db, target);
    const plan = planOf(publisher, content, ledger, neededAtMs);
    const isLost = lostOf(publisher, content.row.state, ledger).length > 0;
    const called = plan.subject
      ? ledger.findLast((row) => row.metaId === plan.subject && mayHaveCalled(row))
      : undefined;
    return { content, publisher, plan, isLost, called, credential, dueAt, overdueMs: nowMs - dueAt.getTime() };
  });
}
