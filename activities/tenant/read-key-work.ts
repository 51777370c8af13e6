import { readKeyWork as read } from '../../db/control/key-work/read.ts';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { tenantWorkId } from '../../workflows/ids.ts';
import type { KeyWorkRef, TenantParts } from './parts.ts';
import { quietMs } from './quiet.ts';

/** What the workflow has to know: words of ours, counts, times. */
export type KeyWorkFacts =
  | { is: 'absent'; wanted: number; entryAgeMs: number }
  | { is: 'over'; wanted: number; resealed: number }
  | { is: 'rewrapping'; wanted: number }
  | { is: 'rotating'; wanted: number; made: boolean; quietInMs: number; resealed: number };

/** Reads the entry first and then the row, so that whatever is wanted in between is noticed when leaving. */
export const readKeyWork =
  ({ control }: Pick<TenantParts, 'control'>) =>
  async ({ tenant, work }: KeyWorkRef): Promise<KeyWorkFacts> => {
    const entry = await readEntry(control, tenantWorkId(tenant, work));
    const wanted = entry?.wanted ?? 0;
    const row = await read(control, tenant, work);
    if (!row) {
      const entryAgeMs = entry ? entry.now.getTime() - entry.wantedAt.getTime() : Number.MAX_SAFE_INTEGER;
      return { is: 'absent', wanted, entryAgeMs };
    }
    const { resealed } = row;
    if (row.finished) return { is: 'over', wanted, resealed };
    if (work === 'rewrap') return { is: 'rewrapping', wanted };
    const quietInMs = Math.max(0, Math.ceil(quietMs - row.quietForMs));
    return { is: 'rotating', wanted, made: row.newKey !== null, quietInMs, resealed };
  };
