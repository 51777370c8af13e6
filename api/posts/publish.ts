import { audit } from '../audit/write.ts';
import { flawed, Problem } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { ById } from '../shapes.ts';
import { command } from './command.ts';
import { endStranded } from './end-stranded.ts';
import { judge } from './judge.ts';
import { databaseNow } from './publish-at.ts';
import { outlineOf, repeated } from './repeated.ts';
import { ChangedPost, resultsOf } from './results.ts';
import { reachOf, rests } from './standing.ts';

export const publishPost = route(
  {
    method: 'post',
    path: '/v1/posts/{id}/publish',
    summary: 'Publish a post now',
    description:
      'A draft, or what is scheduled for later. What is published already, or just being, is left to itself.',
    role: 'editor',
    idempotent: true,
    params: ById,
    editable: true,
    answers: { 200: ChangedPost, 404: Problem, 409: Problem, 422: Problem },
  },
  async (request) => {
    const entry = request.newId('publication');
    const before = await repeated(request, entry, null);
    if (before) return before;
    return command(request, 'publish', async (post) => {
      const { parts, db, caller } = request;
      const targets = post.targets.filter((target) => reachOf(target) === 'can' && !rests(target));
      const now = await databaseNow(parts.control);
      const further = parts.settings.META_FURTHER_PERMISSIONS;
      const { flaws, notes } = (await judge(db, { ...post, targets }, { at: now, further })).all;
      if (flaws.length) return flawed(flaws);
      return {
        ...{ meant: post.targets, idle: targets.length === 0, notes, resolution: null },
        order: {
          ...{ targets, dueAt: now, schedules: true },
          becomes: () => 'scheduled',
          write: async (tx, found) => {
            if (!found.reached.length) return false;
            await tx.updateTable('posts').set(dueNow(now)).where('id', '=', post.id).execute();
            await endStranded(tx, post.id);
            const details = outlineOf(resultsOf('publish', post, post.targets, found));
            await audit(tx, caller, { id: entry, action: 'post.published-now', subject: post.id, details });
            return true;
          },
        },
      };
    });
  },
);

const dueNow = (now: Date) => ({ publish_at: now, local_time: null, zone: null, draft: false });
