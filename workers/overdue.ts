import type { Client } from '@temporalio/client';
import type { ControlDb } from '../db/control/connect.ts';
import { overdue } from '../db/control/workflows/overdue.ts';
import { nudge } from '../workflows/nudge.ts';

const minuteMs = 60_000;
/** Longer than from one look to the next, so that none falls between two looks; a second nudge does no harm. */
const lookMs = 1.5 * minuteMs;

/**
 * Nudges whoever is late and has claimed nothing: what told it of an earlier time may have been lost with the last seconds of Temporal's database,
 * which the lighthouse cannot notice. Most of them wait for Meta, and know that they are late: so it is done ever more rarely.
 * @returns how many were told
 */
export async function wakeOverdue({ control, client }: { control: ControlDb; client: Client }): Promise<number> {
  const late = (await overdue(control, minuteMs)).filter(({ lateMs }) => isTold(lateMs));
  for (const { id } of late) await nudge(client, id);
  return late.length;
}

/** After 1, 2, 4, 8 … minutes. */
export function isTold(lateMs: number): boolean {
  const doublings = (ms: number) => Math.floor(Math.log2(Math.max(ms, minuteMs / 2) / minuteMs));
  return doublings(lateMs) > doublings(lateMs - lookMs);
}
