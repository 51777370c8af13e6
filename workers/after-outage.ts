import type { Client } from '@temporalio/client';
import type { ControlDb } from '../db/control/connect.ts';
import { markOutagesTold, untoldOutages } from '../db/control/presence.ts';
import { parseId } from '../workflows/ids.ts';
import { nudge } from '../workflows/nudge.ts';
import { everyEntry } from './reconcile.ts';

/**
 * After an outage of ours has every connection read its row, where it finds when it is looked at again: each at a moment of its own. Done again
 * from the beginning where it did not come to its end.
 * @returns how many were told
 */
export async function tellOfOutage({ control, client }: { control: ControlDb; client: Client }): Promise<number> {
  const outages = await untoldOutages(control);
  if (!outages.length) return 0;
  let told = 0;
  for await (const id of everyEntry(control)) {
    if (parseId(id)?.kind !== 'connection') continue;
    await nudge(client, id);
    told += 1;
  }
  await markOutagesTold(control, outages);
  return told;
}
