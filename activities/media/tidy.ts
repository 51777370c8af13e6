import { v7 } from 'uuid';
import type { ControlDb } from '../../db/control/connect.ts';
import { brokenOffBefore, type MediaStore } from '../../db/media/store.ts';
import { TenantNotFound } from '../../db/tenant/locate.ts';
import { deleteFile, unneededFiles } from '../../db/tenant/media/files.ts';
import { removeMedia } from '../../db/tenant/media/remove.ts';
import { isLongUnused, longUnused, noteUnused } from '../../db/tenant/media/unused.ts';
import type { TenantDb, TenantPools } from '../../db/tenant/pools.ts';

const atOnce = 500;

interface Parts {
  control: ControlDb;
  tenants: TenantPools;
  media: MediaStore;
  /** Ends it early; the next tidying goes on. */
  signal?: AbortSignal;
}

export interface Tidied {
  /** Media that no post had referred to for a day. */
  media: number;
  /** Files that nothing referred to. */
  files: number;
  /** Tenants of whom it did not work this time. */
  failed: number;
}

/** Removes what nobody needs of all tenants' media, rows first; what an earlier tidying or upload left when it was killed is found again. */
export async function tidyMedia({ control, tenants, media: store, signal }: Parts): Promise<Tidied> {
  const all = await control.selectFrom('tenants').select('id').where('state', '=', 'active').execute();
  const tidied: Tidied = { media: 0, files: 0, failed: 0 };
  for (const { id: tenant } of all) {
    if (signal?.aborted) return tidied;
    try {
      await tenants.use(tenant, async (db) => {
        tidied.media += await removeUnused(db, signal);
        tidied.files += await deleteUnneeded(db, { store, tenant, signal });
      });
    } catch (error) {
      // One tenant's database that is away keeps nobody else's from being tidied; one that is closing has nothing left to tidy.
      if (!(error instanceof TenantNotFound)) tidied.failed += 1;
    }
  }
  await store.sweep(brokenOffBefore());
  return tidied;
}

async function removeUnused(db: TenantDb, signal?: AbortSignal): Promise<number> {
  await noteUnused(db);
  return inRounds(signal, async () => {
    const unused = await longUnused(db, atOnce);
    let done = 0;
    for (const id of unused) if (await removeOne(db, id)) done += 1;
    return { found: unused.length, done };
  });
}

const removeOne = (db: TenantDb, id: string): Promise<boolean> =>
  db.transaction().execute(async (tx) => {
    // Others have been removed since they were all looked for: it may have been uploaded again, or used.
    if (!(await isLongUnused(tx, id)) || (await removeMedia(tx, id)).is !== 'removed') return false;
    const entry = { id: v7(), actor_kind: 'worker' as const, actor: null, action: 'media.expired', subject: id };
    await tx.insertInto('audit_log').values(entry).execute();
    return true;
  });

interface Place {
  store: MediaStore;
  tenant: string;
  signal: AbortSignal | undefined;
}

async function deleteUnneeded(db: TenantDb, { store, tenant, signal }: Place): Promise<number> {
  const failures: unknown[] = [];
  let last: Buffer = Buffer.alloc(0);
  const deleted = await inRounds(signal, async () => {
    // In the order of their hashes, so that none is asked for twice.
    const unneeded = unneededFiles(db).select('f.sha256').where('f.sha256', '>', last);
    const files = await unneeded.orderBy('f.sha256').limit(atOnce).execute();
    let done = 0;
    for (const { sha256 } of files)
      try {
        if (await deleteFile(db, store, { tenant, sha256 })) done += 1;
      } catch (error) {
        // One that the store does not delete just now keeps no other.
        failures.push(error);
      }
    last = files.at(-1)?.sha256 ?? last;
    return { found: files.length, done };
  });
  if (failures.length) throw new AggregateError(failures, 'Files that nobody needs were not deleted');
  return deleted;
}

/** As long as there is more, so that nothing piles up; not where a round achieved nothing: a store that is away is not asked for every file. */
async function inRounds(
  signal: AbortSignal | undefined,
  round: () => Promise<{ found: number; done: number }>,
): Promise<number> {
  for (let all = 0; ; ) {
    const { found, done } = await round();
    all += done;
    if (found < atOnce || !done || signal?.aborted) return all;
  }
}
