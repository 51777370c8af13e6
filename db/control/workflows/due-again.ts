import type { ControlDb } from '../connect.ts';

/** Gives an entry the time that its row has, where a command that was given up in the end has made it without one. */
export async function dueAgain(control: ControlDb, id: string, dueAt: Date): Promise<void> {
  await control
    .updateTable('workflows')
    .set({ due_at: dueAt })
    .where('id', '=', id)
    .where('due_at', 'is', null)
    .where('claimed_by', 'is', null)
    .execute();
}
