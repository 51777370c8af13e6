import { audit } from '../audit/write.ts';
import { Problem } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { ById } from '../shapes.ts';
import { command } from './command.ts';
import { ChangedPost } from './results.ts';
import { reachOf } from './standing.ts';

export const cancelPost = route(
  {
    method: 'delete',
    path: '/v1/posts/{id}',
    summary: 'Cancel a post',
    description:
      'Of each target it is said whether that was in time: what is answered as canceled is never published. The post is kept. 409 where no target could be canceled.',
    role: 'editor',
    params: ById,
    editable: true,
    answers: { 200: ChangedPost, 404: Problem, 409: Problem },
  },
  (request) =>
    command(request, 'cancel', async (post) => {
      const targets = post.targets.filter((target) => reachOf(target) === 'can');
      return {
        ...{ meant: post.targets, idle: targets.length === 0, notes: [], resolution: null },
        order: {
          targets,
          dueAt: post.publishAt,
          becomes: () => 'canceled',
          write: async (tx, { reached }) => {
            if (reached.length) await audit(tx, request.caller, { action: 'post.canceled', subject: post.id });
            return true;
          },
        },
      };
    }),
);
