import { v7 } from 'uuid';
import type { ControlDb } from '../connect.ts';

export interface Deed {
  actor: { kind: 'person' | 'api-key' | 'worker' | 'operator'; id: string | null };
  /** `noun.past-participle`, as in `member.invited`. */
  action: string;
  /** The id of what it was done to. */
  subject?: string;
  /** Words of our own enumerations, never text of a person. */
  details?: Record<string, string>;
}

/** Writes down what is done to a tenant in control, for its log. To be called in the transaction that does it. */
export async function owe(tx: ControlDb, tenant: string, { actor, action, subject, details }: Deed): Promise<void> {
  const entry = { id: v7(), tenant, actor_kind: actor.kind, actor: actor.id, action, subject: subject ?? null };
  await tx
    .insertInto('audit_owed')
    .values({ ...entry, ...(details && { details: JSON.stringify(details) }) })
    .execute();
}
