import type { Context } from 'koa';
import { addBody, readText } from './body.ts';
import { Params } from './params.ts';
import { readMultipart, type Upload } from './upload.ts';

/** All parameters of a call: those of the query, and over them those of the body. */
export async function readParams(
  ctx: Context,
  uploadDirectory: string,
): Promise<{ params: Params; uploads: Upload[] }> {
  const params = new Params();
  for (const [name, value] of new URLSearchParams(ctx.querystring)) params.set(name, value);
  if (ctx.method === 'GET' || ctx.method === 'HEAD') return { params, uploads: [] };
  const type = ctx.get('content-type').toLowerCase();
  if (type.startsWith('multipart/form-data'))
    return { params, uploads: await readMultipart(ctx.req, params, uploadDirectory) };
  addBody(params, type, await readText(ctx.req));
  return { params, uploads: [] };
}
