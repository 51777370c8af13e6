import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { isAccountBlocked } from '../../db/tenant/targets/account-blocked.ts';
import { sayOfArmed } from '../../db/tenant/targets/record.ts';
import { waits } from '../failures.ts';
import type { Armed } from './arm.ts';
import { giveUp } from './failing.ts';
import type { PublishParts, WantedTarget } from './parts.ts';

const turnAgainMs = 5_000;

const waitsForAnother = 'Waits until it is known what became of another post of this account.';
const waitedTooLong =
  'For a day after its time nobody knew what became of another post of this account, which comes first. Nothing was published.';

/**
 * Whether no other post of the account comes first: where a form allows one unknown outcome at a time, the next waits until that is known.
 * It is said why, once, for as long as that takes.
 * @returns `over` where it has waited for too long
 * @throws ApplicationFailure that is retried while it is not its turn
 */
export async function itsTurn(parts: PublishParts, ref: WantedTarget, armed: Armed): Promise<'now' | 'over'> {
  const { attempt, content, overdueMs } = armed;
  const isSaid = content.row.reason === waitsForAnother;
  const outcome = await parts.tenants.use(ref.tenant, async (db) => {
    if (!(await isAccountBlocked(db, content.row.account, ref.target))) {
      if (isSaid) await sayOfArmed(db, ref, null);
      return 'now';
    }
    if (await giveUp(db, ref, overdueMs, { reason: waitedTooLong })) {
      await closeEntry(db, attempt, { status: 'abandoned' });
      return 'over';
    }
    if (!isSaid) await sayOfArmed(db, ref, waitsForAnother);
    return 'waits';
  });
  if (outcome === 'waits')
    throw waits('What became of another post of this account has to be known first', turnAgainMs);
  return outcome;
}
