import type { ControlDb } from '../connect.ts';

/** One page of everything that should be alive, in the order of ids; begin with an empty `afterId`. */
export const entriesAfter = (control: ControlDb, afterId: string, limit: number): Promise<{ id: string }[]> =>
  control.selectFrom('workflows').select('id').where('id', '>', afterId).orderBy('id').limit(limit).execute();
