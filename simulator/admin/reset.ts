import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tables } from '../state/schema.ts';
import { seedExample } from '../state/seed.ts';
import { defaultSwitches } from '../switches.ts';
import type { World } from '../world.ts';

/** Back to a new simulator: the example people and Pages, no posts, no tokens, no faults, every switch as it was. */
export async function reset({ db, clock, switches, photoDirectory, mediaDirectory }: World): Promise<void> {
  db.tallied().transaction(() => {
    for (const table of tables) db.run(`delete from ${table}`);
  });
  clock.setOffset(0);
  switches.set(defaultSwitches);
  seedExample(db);
  for (const folder of [photoDirectory, mediaDirectory])
    for (const file of await readdir(folder)) await rm(join(folder, file), { force: true });
}
