import { v7 } from 'uuid';
import { z } from 'zod';
import { signMediaUrl } from '../../db/media/url.ts';
import { expectFile } from '../../db/tenant/media/files.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { answered, created, ok } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import type { Settings } from '../parts.ts';
import { ById, id, instant, toInstant } from '../shapes.ts';

const URL_VALID_MS = 3_600_000;

const Media = z
  .object({
    id,
    contentType: z.string().meta({ description: 'found from the bytes' }),
    bytes: z.int(),
    width: z.int(),
    height: z.int(),
    createdAt: instant,
    url: z.url().meta({ description: 'to fetch it, for an hour' }),
  })
  .meta({ id: 'Media' });

export const uploadMedia = route(
  {
    method: 'post',
    path: '/v1/media',
    summary: 'Upload an image',
    description: 'The body is the file itself: JPEG, PNG, GIF or WebP. The same bytes again are the same media (200).',
    role: 'editor',
    idempotent: true,
    upload: true,
    answers: { 200: Media, 201: Media },
  },
  async ({ parts: { settings }, tenant, db, caller, upload, newId }) => {
    const media = newId('media');
    const { sha256, contentType, bytes, width, height } = upload;
    await expectFile(db, sha256);
    const inserted = await db
      .insertInto('media')
      .values({ id: media, sha256, content_type: contentType, bytes, width, height, created_by: caller.actor })
      .onConflict((conflict) => conflict.column('sha256').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted)
      await db
        .insertInto('audit_log')
        .values({ id: v7(), actor_kind: caller.kind, actor: caller.actor, action: 'media.uploaded', subject: media })
        .execute();
    const row = await mediaRows(db).where('sha256', '=', sha256).executeTakeFirstOrThrow();
    const shown = present(settings, tenant, row);
    return row.id === media ? created(shown, `/v1/media/${media}`) : answered(200, shown);
  },
);

export const getMedia = route(
  {
    method: 'get',
    path: '/v1/media/{id}',
    summary: 'One uploaded file',
    role: 'viewer',
    params: ById,
    answers: { 200: Media, 404: Problem },
  },
  async ({ parts: { settings }, tenant, db, params }) => {
    const row = await mediaRows(db).where('id', '=', params.id).executeTakeFirst();
    return row ? ok(present(settings, tenant, row)) : refuse('not-found', 'There is no such media.');
  },
);

const mediaRows = (db: TenantDb) =>
  db.selectFrom('media').select(['id', 'content_type', 'bytes', 'width', 'height', 'created_at']);

type Row = Awaited<ReturnType<ReturnType<typeof mediaRows>['executeTakeFirstOrThrow']>>;

function present({ MEDIA_URL_KEY, PUBLIC_URL }: Settings, tenant: string, row: Row): z.input<typeof Media> {
  const { content_type, created_at, ...rest } = row;
  const expiresAt = new Date(Date.now() + URL_VALID_MS);
  const url = signMediaUrl(MEDIA_URL_KEY, PUBLIC_URL, { tenant, media: row.id, expiresAt });
  return { ...rest, contentType: content_type, createdAt: toInstant(created_at), url };
}
