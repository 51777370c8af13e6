import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlDb } from '../../db/control/connect.ts';
import type { TenantWork } from '../../workflows/ids.ts';

const lookEveryMs = 1_000;

export interface Progress {
  left: number;
  resealed: number;
}

/** Waits until the work on the keys of these tenants is done, and tells of every step. */
export async function untilFinished(
  control: ControlDb,
  work: TenantWork,
  tenants: readonly string[],
  tell: (progress: Progress) => void,
): Promise<void> {
  for (let before = ''; ; await sleep(lookEveryMs)) {
    const unfinished = await control
      .selectFrom('key_work')
      .select('resealed')
      .where('work', '=', work)
      .where('tenant', 'in', tenants)
      .where('finished_at', 'is', null)
      .execute();
    if (!unfinished.length) return;
    const progress = { left: unfinished.length, resealed: unfinished.reduce((sum, { resealed }) => sum + resealed, 0) };
    const now = JSON.stringify(progress);
    if (now !== before) tell(progress);
    before = now;
  }
}
