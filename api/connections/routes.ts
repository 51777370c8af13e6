import { z } from 'zod';
import { ok } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { ById } from '../shapes.ts';
import { listConnections, readConnection } from './read.ts';
import { Connection, ConnectionSummary } from './shapes.ts';

/** At most 200 connections a tenant, so the list is one page. */
export const getConnections = route(
  {
    method: 'get',
    path: '/v1/connections',
    summary: 'The Meta logins that are connected',
    role: 'viewer',
    answers: { 200: z.object({ items: z.array(ConnectionSummary), next: z.null() }) },
  },
  async ({ db }) => ok({ items: await listConnections(db), next: null }),
);

export const getConnection = route(
  {
    method: 'get',
    path: '/v1/connections/{id}',
    summary: 'One connection: its state and why, permissions with purpose and grant, accounts found, what is missing',
    role: 'viewer',
    params: ById,
    answers: { 200: Connection, 404: Problem },
  },
  async ({ parts: { settings }, db, params }) => {
    const connection = await readConnection(db, params.id, settings.META_FURTHER_PERMISSIONS);
    return connection ? ok(connection) : refuse('not-found', 'There is no such connection.');
  },
);
