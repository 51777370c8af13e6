import { sql } from 'kysely';
import { z } from 'zod';
import { handOver } from '../../db/control/audit/hand-over.ts';
import type { ControlDb } from '../../db/control/connect.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { fromCursor, type Place, pageOf, paging, toCursor } from '../cursor.ts';
import { ok } from '../http/answer.ts';
import { refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { id, instant, toInstant } from '../shapes.ts';

const Entry = z
  .object({
    id,
    at: instant,
    actor: z.object({
      kind: z.enum(['person', 'api-key', 'worker', 'operator']),
      id: id.nullable(),
      name: z.string().nullable().meta({ description: 'null for who is gone, and for what is no person or key' }),
    }),
    action: z.string().meta({ example: 'post.scheduled' }),
    subject: id.nullable().meta({ description: 'what it was done to' }),
    details: z.looseObject({}),
  })
  .meta({ id: 'AuditEntry' });

export const getAudit = route(
  {
    method: 'get',
    path: '/v1/audit',
    summary: 'Who did what, and when; latest first',
    role: 'owner',
    query: z.strictObject(paging),
    answers: { 200: pageOf(Entry) },
  },
  async ({ parts: { control }, tenant, db, query }) => {
    const after = query.cursor === undefined ? undefined : fromCursor(query.cursor);
    if (query.cursor !== undefined && !after)
      return refuse('invalid', 'This is not a cursor of this list.', {
        errors: [{ parameter: 'cursor', detail: 'Use `next` of the page before, unchanged.' }],
      });
    // What was just done in control is not waited for until a worker comes by.
    await handOver(control, tenant, db);
    const rows = await find(db, query.limit, after);
    const shown = rows.slice(0, query.limit);
    const names = await namesOf(control, tenant, [...new Set(shown.flatMap(({ actor }) => actor ?? []))]);
    const items = shown.map(({ id, when, actor_kind, actor, action, subject, details }) => ({
      ...{ id, at: toInstant(when), action, subject },
      actor: { kind: actor_kind, id: actor, name: names.get(actor ?? '') ?? null },
      details: details as Record<string, unknown>,
    }));
    const last = shown.at(-1);
    return ok({ items, next: last && rows.length > shown.length ? toCursor(last) : null });
  },
);

/** One more than asked for, so that it is known whether there is a next page. */
function find(db: TenantDb, limit: number, after?: Place) {
  const entries = db
    .selectFrom('audit_log')
    .select(['id', 'at as when', 'actor_kind', 'actor', 'action', 'subject', 'details'])
    // In UTC and with all its digits: a Date would lose microseconds, and the place with them.
    .select(sql<string>`to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('at'))
    .orderBy('audit_log.at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  const earlier = after && sql<boolean>`(audit_log.at, audit_log.id) < (${after.at}::timestamptz, ${after.id}::uuid)`;
  return (earlier ? entries.where(earlier) : entries).execute();
}

/** Of people who are members now, and of the tenant's keys, revoked ones too. */
async function namesOf(control: ControlDb, tenant: string, actors: string[]): Promise<Map<string, string>> {
  if (!actors.length) return new Map();
  const people = control
    .selectFrom('people as p')
    .innerJoin('memberships as m', 'm.person', 'p.id')
    .select(['p.id', 'p.name'])
    .where('m.tenant', '=', tenant)
    .where('p.id', 'in', actors);
  const keys = control
    .selectFrom('api_keys')
    .select(['id', 'name'])
    .where('tenant', '=', tenant)
    .where('id', 'in', actors);
  const rows = await people.unionAll(keys).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}
