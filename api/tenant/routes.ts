import { z } from 'zod';
import type { ControlDb } from '../../db/control/connect.ts';
import { auditInControl } from '../audit/write.ts';
import { ok } from '../http/answer.ts';
import { staleFor } from '../http/etag.ts';
import { isRefusal, Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { id, instant, text, toInstant } from '../shapes.ts';
import { Zone } from './zone.ts';

const OverdueRule = z.enum(['ask', 'publish', 'cancel']).meta({
  description: 'what becomes of a held post whose time passed before a new login: ask its owner, publish, or cancel',
});

const Tenant = z
  .object({ id, name: z.string(), zone: z.string(), overdueRule: OverdueRule, createdAt: instant })
  .meta({ id: 'Tenant' });

const TenantChange = z
  .strictObject({
    name: text(200).min(1, 'is empty').optional(),
    zone: Zone.optional(),
    overdueRule: OverdueRule.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'names nothing to change')
  .meta({ id: 'TenantChange' });

export const getTenant = route(
  {
    method: 'get',
    path: '/v1/tenant',
    summary: 'The tenant I work in',
    role: 'viewer',
    editable: true,
    answers: { 200: Tenant },
  },
  async ({ parts: { control }, tenant }) => {
    const found = await read(control, tenant);
    return found ? ok(found) : refuse('not-found', 'This tenant is gone.');
  },
);

export const changeTenant = route(
  {
    method: 'patch',
    path: '/v1/tenant',
    summary: 'Change name, zone, or the rule for overdue posts',
    role: 'owner',
    editable: true,
    body: TenantChange,
    answers: { 200: Tenant, 404: Problem },
  },
  async ({ parts: { control }, tenant, caller, body: { name, zone, overdueRule }, header }) => {
    const set = { ...(name && { name }), ...(zone && { zone }), ...(overdueRule && { overdue_rule: overdueRule }) };
    const details = { ...(zone && { zone }), ...(overdueRule && { overdueRule }) };
    const changed = await control.transaction().execute(async (tx) => {
      await tx.selectFrom('tenants').select('id').where('id', '=', tenant).forUpdate().execute();
      const before = await read(tx, tenant);
      const stale = before && staleFor(header('if-match'), Tenant, before);
      if (!before || stale) return stale;
      await tx.updateTable('tenants').set(set).where('id', '=', tenant).execute();
      await auditInControl(tx, tenant, caller, { action: 'tenant.changed', subject: tenant, details });
      return read(tx, tenant);
    });
    if (!changed) return refuse('not-found', 'This tenant is gone.');
    return isRefusal(changed) ? changed : ok(changed);
  },
);

async function read(control: ControlDb, tenant: string): Promise<z.input<typeof Tenant> | undefined> {
  const row = await control
    .selectFrom('tenants')
    .select(['id', 'name', 'zone', 'overdue_rule', 'created_at'])
    .where('id', '=', tenant)
    .executeTakeFirst();
  if (!row) return undefined;
  const { overdue_rule: overdueRule, created_at, ...rest } = row;
  return { ...rest, overdueRule, createdAt: toInstant(created_at) };
}
