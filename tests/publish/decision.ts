import type { TenantDb } from '../../db/tenant/pools.ts';
import { decide } from '../../db/tenant/targets/decide.ts';
import { openStates } from '../../db/tenant/targets/states.ts';
import { publishId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { asWorker, withTemporal } from '../stack/as-worker.ts';
import type { Stack } from '../stack/stack.ts';
import type { Post } from './page.ts';

interface Decided {
  state: 'scheduled' | 'canceled';
  text?: string;
  dueAt?: Date;
  /** Whether the workflow is told; it is by default. */
  tell?: boolean;
}

/** What a member decides about the one target of a post, as a command writes it. @throws Error when it was too late */
export async function decideOn(stack: Stack, { targets: [{ id }] }: Post, decided: Decided): Promise<void> {
  const { state, text, dueAt, tell = true } = decided;
  await asWorker(stack, async (db, tenant) => {
    const workflow = publishId(tenant, id);
    const row = await db.selectFrom('targets').select(['revision', 'post']).where('id', '=', id).executeTakeFirst();
    if (!row) return;
    const also = async (trx: TenantDb) => {
      if (text !== undefined) await trx.updateTable('targets').set({ text }).where('id', '=', id).execute();
      if (dueAt) await trx.updateTable('posts').set({ publish_at: dueAt }).where('id', '=', row.post).execute();
    };
    const { decided: written } = await decide(
      { control: stack.control.control, tenant, inTenant: (work) => work(db) },
      [{ id, revision: row.revision, workflow, ...(dueAt ? { dueAt } : {}) }],
      { state, reason: null, from: [...openStates, 'failed', 'canceled'], also },
    );
    if (!written.length) throw new Error('It was too late');
    if (tell) await withTemporal(stack, (client) => nudge(client, workflow));
  });
}
