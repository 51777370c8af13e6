import { created } from '../http/answer.ts';
import { flawed, Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { judge } from './judge.ts';
import { proposalOf } from './proposal.ts';
import { resolutionOf, whenToPublish } from './publish-at.ts';
import { readPost } from './read.ts';
import { schedule, scheduled } from './schedule.ts';
import { CreatedPost, NewPost } from './shapes.ts';
import { versionTag } from './version.ts';

export const createPost = route(
  {
    method: 'post',
    path: '/v1/posts',
    summary: 'Create a post with its targets',
    description:
      'Scheduled for publishAt, or published now when there is none; with draft it is only kept. What Meta would refuse later is refused here, in words.',
    role: 'editor',
    idempotent: true,
    body: NewPost,
    answers: { 201: CreatedPost, 422: Problem },
  },
  async ({ parts: { control, settings }, tenant, db, caller, body, newId }) => {
    const id = newId('post');
    const location = `/v1/posts/${id}`;
    const made = await readPost(db, id);
    // Made by this request before, whose answer was lost. By now its time may be past: it counts as it was accepted.
    if (made)
      return created({ ...made, resolution: resolutionOf(body), notes: [] }, location, {
        headers: versionTag(made),
        changes: await scheduled(db, tenant, id),
      });

    const when = await whenToPublish(control, body);
    const further = settings.META_FURTHER_PERMISSIONS;
    const judged = async () => (await judge(db, proposalOf(body), { at: when.ok ? when.at : null, further })).all;
    const { flaws, notes } = await judged();
    if (!when.ok) flaws.unshift(when.flaw);
    if (!when.ok || flaws.length) return flawed(flaws);

    const targets = body.targets.map((target, index) => ({ ...target, id: newId(`target ${index}`) }));
    const changes = await schedule({ control, db, tenant }, { ...body, id, targets, ...when, by: caller });
    if (changes === 'media-gone') return flawed((await judged()).flaws);
    if (changes === 'too-late') return refuse('conflict', 'This post is being published already.');
    const post = await readPost(db, id);
    if (!post) return refuse('conflict', 'The post was deleted while it was being made.');
    const answer = { ...post, resolution: resolutionOf(body), notes };
    return created(answer, location, { headers: versionTag(post), changes });
  },
);
