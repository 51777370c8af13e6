import type { ControlDb } from './connect.ts';

/** How often the lighthouse workflow had counted, as far as we were told. */
export async function readBeats(control: ControlDb): Promise<number> {
  return (await control.selectFrom('lighthouse').select('beats').executeTakeFirstOrThrow()).beats;
}

/** Writes down the count, also downwards: after a loss of Temporal's database the count begins again. */
export async function recordBeats(control: ControlDb, beats: number): Promise<void> {
  await control.updateTable('lighthouse').set({ beats }).execute();
}
