import { audit } from '../audit/write.ts';
import { Problem } from '../http/problem.ts';
import { type RequestOf, route } from '../http/route.ts';
import { ById } from '../shapes.ts';
import { command, type Plan } from './command.ts';
import { known } from './known.ts';
import { isPublished } from './published-edits.ts';
import { ChangedPost } from './results.ts';
import { reachOf, type Standing, type StandingTarget } from './standing.ts';
import { whyItStays } from './why-it-stays.ts';

const definition = {
  method: 'delete',
  path: '/v1/posts/{id}',
  summary: 'Cancel a post, or delete at Meta what is published of it',
  description:
    'Of each target it is said what comes of it: what is answered as canceled is never published; what is published is deleted at Meta, where Meta lets it. Until that is done the target is deleting; then it is deleted, or published again with the reason why it stays. The post is kept here. 409 where nothing can be done for any target.',
  role: 'editor',
  params: ById,
  editable: true,
  answers: { 200: ChangedPost, 404: Problem, 409: Problem },
} as const;

export const cancelPost = route(definition, (request) =>
  command(request, 'cancel', (post) => planRemoval(request, post)),
);

async function planRemoval({ parts, db, caller }: RequestOf<typeof definition>, post: Standing): Promise<Plan> {
  const published = post.targets.filter(isPublished);
  const { accounts } = await known(db, { targets: published, media: [] }, parts.settings.META_FURTHER_PERMISSIONS);
  const objections = new Map(
    published.flatMap((target) => {
      const why = whyItStays(target, accounts.get(target.account ?? ''));
      return why === undefined ? [] : [[target.id, why] as const];
    }),
  );
  // One that was published since it was read is too late to be canceled, and nobody has decided yet to delete it.
  const deletable = new Set(published.flatMap(({ id }) => (objections.has(id) ? [] : id)));
  const isDeleted = (target: StandingTarget) => isPublished(target) && deletable.has(target.id);
  const isCancelable = (target: StandingTarget) => ['can', 'stranded'].includes(reachOf(target));
  const targets = post.targets.filter((target) => isCancelable(target) || isDeleted(target));
  return {
    ...{ meant: post.targets, objections, idle: targets.length === 0, notes: [], resolution: null },
    order: {
      ...{ targets, dueAt: post.publishAt, afterwards: isDeleted, cancels: true },
      becomes: (target) => (isDeleted(target) ? 'deleting' : 'canceled'),
      write: async (tx, { reached }) => {
        const [deleted, canceled] = [reached.some(isDeleted), reached.some((target) => !isDeleted(target))];
        if (canceled) await audit(tx, caller, { action: 'post.canceled', subject: post.id });
        if (deleted) await audit(tx, caller, { action: 'post.deleted', subject: post.id });
        return true;
      },
    },
  };
}
