import type { TenantDb } from '../pools.ts';

export interface Entry {
  id: string;
  target: string;
  step: 'photo' | 'draft' | 'commit' | 'discard';
  position?: number;
  /** What a commit makes public. Another draft of the same content may turn up later: a witness must look for this one. */
  metaId?: string;
  revision: number;
  contentHash: Buffer;
  /** `armed`: a commit that waits for its instant and calls only with a claim. `open`: the call follows at once. */
  status: 'armed' | 'open';
}

/** Writes a call down, before it is made. */
export async function openEntry(db: TenantDb, entry: Entry): Promise<void> {
  await db
    .insertInto('ledger')
    .values({
      id: entry.id,
      target: entry.target,
      step: entry.step,
      position: entry.position ?? 0,
      meta_id: entry.metaId ?? null,
      revision: entry.revision,
      content_hash: entry.contentHash,
      status: entry.status,
    })
    .execute();
}
