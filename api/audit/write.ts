import { v7 } from 'uuid';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Caller } from '../session/caller.ts';

interface Deed {
  /** `noun.past-participle`, as in `member.invited`. */
  action: string;
  /** The id of what it was done to. */
  subject?: string;
  /** Words of our own enumerations, never text of a person. */
  details?: Record<string, string>;
}

/** Writes down who did what. To be called in the transaction that does it. */
export async function audit(
  tx: TenantDb,
  { kind, actor }: Pick<Caller, 'kind' | 'actor'>,
  { action, subject, details }: Deed,
): Promise<void> {
  const entry = { id: v7(), actor_kind: kind, actor, action, subject: subject ?? null };
  await tx
    .insertInto('audit_log')
    .values({ ...entry, ...(details && { details: JSON.stringify(details) }) })
    .execute();
}

/**
 * For what is done in the control database: the entry is there before, and gone again when the work throws or says that it did nothing.
 * Only a process that dies between the two commits can leave one without the other.
 */
export async function audited<T>(
  db: TenantDb,
  caller: Pick<Caller, 'kind' | 'actor'>,
  deed: Deed,
  work: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const nothingDone = new NothingDone();
  try {
    return await db.transaction().execute(async (tx) => {
      await audit(tx, caller, deed);
      const done = await work();
      if (done === undefined) throw nothingDone;
      return done;
    });
  } catch (error) {
    if (error === nothingDone) return undefined;
    throw error;
  }
}

class NothingDone extends Error {
  override name = 'NothingDone';
}
