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
export async function tidyMedia({ control, tenants, media: store }: Parts): Promise<Tidied> {
  const all = await control.selectFrom('tenants').select('id').where('state', '=', 'active').execute();
  const tidied: Tidied = { media: 0, files: 0, failed: 0 };
  for (const { id: tenant } of all)
    try {
      await tenants.use(tenant, async (db) => {
        tidied.media += await removeUnused(db);
        tidied.files += await deleteUnneeded(db, store, tenant);
      });
    } catch (error) {
      // One tenant's database that is away keeps nobody else's from being tidied; one that is closing has nothing left to tidy.
      if (!(error instanceof TenantNotFound)) tidied.failed += 1;
    }
  await store.sweep(brokenOffBefore());
  return tidied;
}

async function removeUnused(db: TenantDb): Promise<number> {
  await noteUnused(db);
  let removed = 0;
  for (const id of await longUnused(db, atOnce))
    await db.transaction().execute(async (tx) => {
      // Others have been removed since they were all looked for: it may have been uploaded again, or used.
      if (!(await isLongUnused(tx, id)) || (await removeMedia(tx, id)).is !== 'removed') return;
      removed += 1;
      const entry = { id: v7(), actor_kind: 'worker' as const, actor: null, action: 'media.expired', subject: id };
      await tx.insertInto('audit_log').values(entry).execute();
    });
  return removed;
}

async function deleteUnneeded(db: TenantDb, store: MediaStore, tenant: string): Promise<number> {
  const files = await unneededFiles(db).select('f.sha256').limit(atOnce).execute();
  let deleted = 0;
  const failures: unknown[] = [];
  for (const { sha256 } of files)
    try {
      if (await deleteFile(db, store, { tenant, sha256 })) deleted += 1;
    } catch (error) {
      // One that the store does not delete just now keeps no other.
      failures.push(error);
    }
  if (failures.length) throw new AggregateError(failures, 'Files that nobody needs were not deleted');
  return deleted;
}
