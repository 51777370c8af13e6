import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

/** Notes that the workflow was nudged for this revision. */
export async function markSent(control: ControlDb, id: string, revision: number): Promise<void> {
  await sql`update workflows set sent = greatest(sent, ${revision}::int) where id = ${id}`.execute(control);
}
