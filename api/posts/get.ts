import { ok } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { ById } from '../shapes.ts';
import { readPost } from './read.ts';
import { Post } from './shapes.ts';
import { versionTag } from './version.ts';

export const getPost = route(
  {
    method: 'get',
    path: '/v1/posts/{id}',
    summary: 'One post, with what became of each target',
    role: 'viewer',
    params: ById,
    answers: { 200: Post, 404: Problem },
  },
  async ({ db, params }) => {
    const post = await readPost(db, params.id);
    return post ? ok(post, { headers: versionTag(post) }) : refuse('not-found', 'There is no such post.');
  },
);
