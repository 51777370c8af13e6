import type { ControlDb } from '../../db/control/connect.ts';
import { type Entry, readEntry } from '../../db/control/workflows/read-entry.ts';
import { want } from '../../db/control/workflows/want.ts';
import { usable } from '../../db/tenant/ledger/usable.ts';
import { TenantNotFound } from '../../db/tenant/locate.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { isOver, type TargetRow } from '../../db/tenant/targets/read-target.ts';
import { publishId } from '../../workflows/ids.ts';
import type { Facts } from '../../workflows/publish/state.ts';
import { type Content, photoHash, readContent } from './content.ts';
import type { PublishParts, TargetRef } from './parts.ts';

/** An entry is ahead of its row while the command's transaction is open: 10 s at most, and some to spare. */
const settledAfterMs = 15_000;

/** Reads what is wanted of a target now: its entry first, then its row, so that the row is never older than the revision. */
export const readTarget =
  ({ control, tenants, witnessFactor }: Pick<PublishParts, 'control' | 'tenants' | 'witnessFactor'>) =>
  async ({ tenant, target }: TargetRef): Promise<Facts> => {
    const id = publishId(tenant, target);
    const before = await readEntry(control, id);
    const row = await tenants
      .use(tenant, (db) => readRow(db, target, before?.claimedBy ?? null))
      .catch(nothingOfNoTenant);
    if (!row) return { is: 'absent', wanted: before?.wanted ?? 0, entryAgeMs: before ? ageMs(before) : forEverMs };
    const { content, photosReady, witnessReads } = row;
    const { state, metaId, permalink } = content.row;
    if (isOver(state)) {
      const over = { is: 'over', wanted: before?.wanted ?? 0, state } as const;
      return state === 'published' && metaId && !permalink ? { ...over, unlinked: true } : over;
    }
    const entry = before ?? (await wantAgain(control, tenant, content.row));
    return {
      is: 'open',
      wanted: entry.wanted,
      settlesInMs: content.row.revision === entry.wanted ? 0 : Math.max(0, settledAfterMs - ageMs(entry)),
      connection: content.row.connection,
      platform: content.row.platform,
      dueAtMs: (entry.dueAt ?? entry.wantedAt).getTime(),
      photos: content.media.length,
      photosReady,
      ...(entry.claimedAt ? { claimedAtMs: entry.claimedAt.getTime() } : {}),
      witnessReads,
      witnessFactor,
    };
  };

const forEverMs = Number.MAX_SAFE_INTEGER;

const ageMs = (entry: Entry) => entry.now.getTime() - entry.wantedAt.getTime();

function nothingOfNoTenant(error: unknown): undefined {
  if (error instanceof TenantNotFound) return undefined;
  throw error;
}

/** The row is the truth: what is scheduled but not in the list of what should be alive is put there again. */
async function wantAgain(control: ControlDb, tenant: string, row: TargetRow): Promise<Entry> {
  const id = publishId(tenant, row.id);
  await want(control, { id, tenant, dueAt: row.publishAt ?? new Date(), above: row.revision - 1 });
  const entry = await readEntry(control, id);
  if (!entry) throw new Error('An entry that was just made is gone');
  return entry;
}

interface Row {
  content: Content;
  photosReady: boolean;
  witnessReads: number;
}

async function readRow(db: TenantDb, target: string, claimedBy: string | null): Promise<Row | undefined> {
  const content = await readContent(db, target);
  if (!content) return undefined;
  const photos = await usable(db, target, 'photo');
  const { reads } = await db
    .selectFrom('witness_reads')
    .select(({ fn }) => fn.countAll<number>().as('reads'))
    .where('ledger', '=', claimedBy)
    .executeTakeFirstOrThrow();
  const photosReady = content.media.every((media) =>
    photos.some((photo) => photo.position === media.position && photo.contentHash.equals(photoHash(media))),
  );
  return { content, photosReady, witnessReads: Number(reads) };
}
