import { isUnheard } from '../../db/tenant/ledger/unheard.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Decided, Stores } from '../../db/tenant/targets/decide.ts';
import { giveUpDeletion } from '../../db/tenant/targets/end-deletion.ts';
import { endable, goneUnsaid, letGo } from '../../db/tenant/targets/let-go.ts';
import { openStates } from '../../db/tenant/targets/states.ts';
import { textStays } from '../../db/tenant/targets/wished-text.ts';
import { publishId } from '../../workflows/ids.ts';

const undeleted = 'It stays published: its account was disconnected before it was deleted. Delete it by hand.';
const unchanged = 'The text stays as it was: its account was disconnected before it was changed. Change it by hand.';
const changedPerhaps =
  'The account was disconnected before Meta had said whether the text was changed. Look at the post.';

/**
 * Ends what has no account any more: no workflow can go on with it, and nobody can look what became of a call.
 * @returns whom to tell
 */
export async function sweep(stores: Stores): Promise<Decided['changes']> {
  const { tenant, inTenant } = stores;
  const left = await inTenant((db) =>
    withoutAccount(db).select(['id', 'revision']).where('state', 'in', endable).execute(),
  );
  const candidates = left.map((target) => ({ ...target, workflow: publishId(tenant, target.id) }));
  const { changes, tooLate } = await letGo(stores, candidates);
  if (tooLate.length) await inTenant((db) => unsay(db, tooLate));
  await inTenant(endDeletions);
  await inTenant(endEdits);
  return changes;
}

const withoutAccount = (db: TenantDb) => db.selectFrom('targets').where('account', 'is', null);

/** Claimed by a commit whose outcome nobody will write any more. */
const unsay = (db: TenantDb, claimed: string[]) =>
  db
    .updateTable('targets')
    .set({ state: 'failed', reason: goneUnsaid, choices: [], held_for: null })
    .where('id', 'in', claimed)
    .where('account', 'is', null)
    .where((eb) => eb.or([eb('state', 'in', openStates), eb('held_for', '=', 'outcome')]))
    .execute();

async function endDeletions(db: TenantDb): Promise<void> {
  for (const { id } of await withoutAccount(db).select('id').where('state', '=', 'deleting').execute())
    await giveUpDeletion(db, id, { stays: undeleted });
}

async function endEdits(db: TenantDb): Promise<void> {
  const edited = await withoutAccount(db)
    .select(['id', 'wished_text as wish'])
    .where('state', '=', 'published')
    .where('wished_text', 'is not', null)
    .execute();
  for (const { id, wish } of edited) {
    const reason = (await isUnheard(db, id, 'edit')) ? changedPerhaps : unchanged;
    if (wish !== null) await textStays(db, id, { wish, reason });
  }
}
