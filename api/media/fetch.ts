import { z } from 'zod';
import { MediaNotFound, mediaKey } from '../../db/media/store.ts';
import { verifyMediaUrl } from '../../db/media/url.ts';
import { TenantNotFound } from '../../db/tenant/locate.ts';
import type { TenantPools } from '../../db/tenant/pools.ts';
import { raw } from '../http/answer.ts';
import { Problem, type Refusal, refuse } from '../http/problem.ts';
import { type RawContent, route } from '../http/route.ts';
import { readRange } from './range.ts';

const file: RawContent = { contentType: 'application/octet-stream', description: 'The file, in its own type.' };
const piece: RawContent = { contentType: 'application/octet-stream', description: 'The piece asked for by Range.' };

/** What Meta fetches; whoever has the address may, until it expires. */
export const fetchMedia = route(
  {
    method: 'get',
    path: '/media/{signed}',
    summary: 'Fetch a file by its signed address',
    role: 'public',
    params: z.object({ signed: z.string().max(200) }),
    answers: { 200: file, 206: piece, 416: Problem },
  },
  async ({ parts: { settings, tenants, media: store }, params, header }) => {
    const signed = verifyMediaUrl(settings.MEDIA_URL_KEY, params.signed);
    const row = signed && (await find(tenants, signed.tenant, signed.media));
    if (!row) return gone();

    const range = readRange(header('range'), row.bytes);
    if (range === 'unsatisfiable')
      return refuse('range-not-satisfiable', `The file has ${row.bytes} bytes.`, {
        headers: { 'content-range': `bytes */${row.bytes}` },
      });
    const headers = {
      'content-type': row.content_type,
      'content-length': String(range ? range.end - range.start + 1 : row.bytes),
      'accept-ranges': 'bytes',
      etag: `"${row.sha256.toString('hex')}"`,
      'cache-control': 'private, max-age=3600',
    };
    try {
      const content = await store.read(mediaKey(signed.tenant, row.sha256), range);
      if (!range) return raw(200, content, { headers });
      return raw(206, content, {
        headers: { ...headers, 'content-range': `bytes ${range.start}-${range.end}/${row.bytes}` },
      });
    } catch (error) {
      if (error instanceof MediaNotFound) return gone();
      throw error;
    }
  },
);

/** A media, or what was made of one for a platform: ids of both go into addresses. */
async function find(tenants: TenantPools, tenant: string, id: string) {
  try {
    return await tenants.use(tenant, (db) =>
      db
        .selectFrom('media')
        .select(['sha256', 'content_type', 'bytes'])
        .where('id', '=', id)
        .unionAll(db.selectFrom('media_variants').select(['sha256', 'content_type', 'bytes']).where('id', '=', id))
        .executeTakeFirst(),
    );
  } catch (error) {
    if (error instanceof TenantNotFound) return undefined;
    throw error;
  }
}

const gone = (): Refusal => refuse('not-found', 'This address is not valid, or not any more.');
