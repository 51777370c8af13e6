import { ok } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { ById } from '../shapes.ts';
import { Media, mediaRows, presentMedia } from './shapes.ts';

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
    return row ? ok(presentMedia(settings, tenant, row)) : refuse('not-found', 'There is no such media.');
  },
);
