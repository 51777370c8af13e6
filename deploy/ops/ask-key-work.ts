import { askKeyWork } from '../../db/control/key-work/ask.ts';
import { markSent } from '../../db/control/workflows/mark-sent.ts';
import { type TenantWork, tenantWorkId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { exits, OpsFailure } from './command.ts';
import type { Ops } from './open.ts';
import { isSilence } from './run-of-workflow.ts';

/**
 * Asks for work on a tenant's keys and has it begun. What is asked for is durable before this returns.
 * @returns the id of the workflow, and whether it was told: if not, a worker tells it when Temporal is back
 */
export async function askFor(
  { control, temporal }: Ops,
  asked: { tenant: string; work: TenantWork; masterId?: number },
): Promise<{ workflow: string; told: boolean }> {
  const workflow = tenantWorkId(asked.tenant, asked.work);
  const revision = await askKeyWork(control, { id: workflow, ...asked });
  try {
    await nudge(temporal, workflow);
  } catch (cause) {
    if (!isSilence(cause)) throw cause;
    return { workflow, told: false };
  }
  if (revision !== undefined) await markSent(control, workflow, revision);
  return { workflow, told: true };
}

/** @throws OpsFailure when there is no such active tenant */
export async function requireActive({ control }: Ops, tenant: string): Promise<void> {
  const rows = await control.selectFrom('tenants').select('id').where('state', '=', 'active').execute();
  if (rows.some(({ id }) => id === tenant)) return;
  throw new OpsFailure(exits.notFound, `There is no active tenant ${tenant}.`, 'See all: npm run ops -- tenants');
}
