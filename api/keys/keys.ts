import { sql } from 'kysely';
import { z } from 'zod';
import type { ControlDb } from '../../db/control/connect.ts';
import { auditInControl } from '../audit/write.ts';
import { created, noContent, ok } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { nothing, route } from '../http/route.ts';
import { RoleName } from '../session/me.ts';
import { type Scope, scopes } from '../session/scopes.ts';
import { hashOf, newSecret } from '../session/secret.ts';
import { ById, id, instant, text, toInstant, toInstantOrNull } from '../shapes.ts';

const PREFIX_LENGTH = 11;

const ScopeName = z.enum(scopes).meta({ id: 'Scope' });

const ApiKey = z
  .object({
    id,
    name: z.string(),
    prefix: z.string().meta({ description: 'how the key begins, to recognise it by' }),
    role: RoleName,
    scopes: z.array(ScopeName),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: 'ApiKey' });

const NewApiKey = z
  .strictObject({
    name: text(100).min(1, 'is empty'),
    role: RoleName,
    scopes: z
      .array(ScopeName)
      .min(1, 'names no scope')
      .max(scopes.length)
      .default([...scopes])
      .meta({ description: 'what it is for, within its role; everything that the role allows where absent' }),
  })
  .meta({ id: 'NewApiKey' });

const ApiKeyWithSecret = ApiKey.extend({
  secret: z
    .string()
    .nullable()
    .meta({ description: 'shown this once; null when the request is repeated with the same Idempotency-Key' }),
}).meta({ id: 'ApiKeyWithSecret' });

export const listKeys = route(
  {
    method: 'get',
    path: '/v1/api-keys',
    summary: "The tenant's API keys",
    role: 'owner',
    answers: { 200: z.object({ items: z.array(ApiKey), next: z.null() }) },
  },
  async ({ parts: { control }, tenant }) => {
    const rows = await keysOf(control, tenant).orderBy('created_at').orderBy('id').execute();
    return ok({ items: rows.map(present), next: null });
  },
);

export const createKey = route(
  {
    method: 'post',
    path: '/v1/api-keys',
    summary: 'Make an API key',
    description: 'The secret is in this answer only; what is kept is its hash.',
    role: 'owner',
    idempotent: 'secret',
    body: NewApiKey,
    answers: { 201: ApiKeyWithSecret },
  },
  async ({ parts: { control }, tenant, caller, body, newId }) => {
    if (caller.kind === 'api-key' && body.scopes.some((scope) => !caller.scopes.includes(scope)))
      return refuse('forbidden', 'A key cannot make one that may do more than itself.');
    const key = newId('api-key');
    const secret = `qxs_${newSecret()}`;
    const made = {
      id: key,
      tenant,
      name: body.name,
      prefix: secret.slice(0, PREFIX_LENGTH),
      secret_hash: hashOf(secret),
      role: body.role,
      scopes: [...new Set(body.scopes)],
      created_by: caller.kind === 'person' ? caller.actor : null,
    };
    const deed = { action: 'api-key.made', subject: key, details: { role: body.role, scopes: made.scopes.join(' ') } };
    const inserted = await control.transaction().execute(async (tx) => {
      const row = await tx
        .insertInto('api_keys')
        .values(made)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (row) await auditInControl(tx, tenant, caller, deed);
      return row;
    });
    const row = await keysOf(control, tenant).where('id', '=', key).executeTakeFirst();
    if (!row) return refuse('conflict', 'This key was made with the same Idempotency-Key, and has been revoked since.');
    return created({ ...present(row), secret: inserted ? secret : null }, '/v1/api-keys');
  },
);

export const revokeKey = route(
  {
    method: 'delete',
    path: '/v1/api-keys/{id}',
    summary: 'Revoke an API key',
    role: 'owner',
    params: ById,
    answers: { 204: nothing, 404: Problem },
  },
  async ({ parts: { control }, tenant, caller, params }) => {
    const revoked = await control.transaction().execute(async (tx) => {
      const row = await tx
        .updateTable('api_keys')
        .set({ revoked_at: sql`clock_timestamp()` })
        .where('id', '=', params.id)
        .where('tenant', '=', tenant)
        .where('revoked_at', 'is', null)
        .returning('id')
        .executeTakeFirst();
      if (row) await auditInControl(tx, tenant, caller, { action: 'api-key.revoked', subject: params.id });
      return row;
    });
    return revoked ? noContent() : refuse('not-found', 'There is no such key.');
  },
);

const keysOf = (control: ControlDb, tenant: string) =>
  control
    .selectFrom('api_keys')
    .select(['id', 'name', 'prefix', 'role', 'scopes', 'created_at', 'last_used_at'])
    .where('tenant', '=', tenant)
    .where('revoked_at', 'is', null);

type Row = Awaited<ReturnType<ReturnType<typeof keysOf>['execute']>>[number];

const present = ({ id, name, prefix, role, scopes, created_at, last_used_at }: Row) => ({
  id,
  name,
  prefix,
  role,
  scopes: scopes as Scope[],
  createdAt: toInstant(created_at),
  lastUsedAt: toInstantOrNull(last_used_at),
});
