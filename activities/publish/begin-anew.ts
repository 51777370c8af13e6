import { releaseClaim } from '../../db/control/workflows/release-claim.ts';
import { closeEntry, refusePrepared } from '../../db/tenant/ledger/close.ts';
import { record } from '../../db/tenant/targets/record.ts';
import { publishId } from '../../workflows/ids.ts';
import type { Sought } from './look.ts';
import type { PublishParts, TargetRef } from './parts.ts';

const reason = 'What was prepared at Meta has come to nothing there. It is prepared again.';

/** Gives a claim back whose subject was not published and never can be: it is prepared anew, and then claimed again. */
export async function beginAnew(
  { control, tenants }: PublishParts,
  { tenant, target }: TargetRef,
  { claimedBy, subject, wanted }: Pick<Sought, 'claimedBy' | 'subject'> & { wanted: number },
): Promise<'over'> {
  await tenants.use(tenant, async (db) => {
    await closeEntry(db, claimedBy, { status: 'refused' });
    await refusePrepared(db, target, subject);
    await record(db, target, { state: 'armed', reason, wanted });
  });
  await releaseClaim(control, publishId(tenant, target), claimedBy);
  return 'over';
}
