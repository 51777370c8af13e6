import { z } from 'zod';
import { ok } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { ById, diagnostic, id, instant, toInstant, toInstantOrNull } from '../shapes.ts';

const Authorization = z
  .object({
    id,
    status: z.enum(['waiting', 'returned', 'exchanging', 'done', 'denied', 'failed', 'expired']),
    reason: z.string().nullable(),
    diagnostic: diagnostic.nullable(),
    connectionId: id
      .nullable()
      .meta({ description: 'once Meta said who it is: a connection found again, or a new one' }),
    createdAt: instant,
    expiresAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Authorization' });

export const getAuthorization = route(
  {
    method: 'get',
    path: '/v1/authorizations/{id}',
    summary: 'How an attempt to connect went',
    role: 'viewer',
    params: ById,
    answers: { 200: Authorization, 404: Problem },
  },
  async ({ db, params }) => {
    const row = await db
      .selectFrom('authorizations')
      .select(['id', 'status', 'reason', 'diagnostic', 'connection', 'created_at', 'expires_at', 'finished_at'])
      .where('id', '=', params.id)
      .executeTakeFirst();
    if (!row) return refuse('not-found', 'There is no such authorization.');
    return ok({
      id: row.id,
      status: row.status,
      reason: row.reason,
      diagnostic: row.diagnostic as Record<string, unknown> | null,
      connectionId: row.connection,
      createdAt: toInstant(row.created_at),
      expiresAt: toInstant(row.expires_at),
      finishedAt: toInstantOrNull(row.finished_at),
    });
  },
);
