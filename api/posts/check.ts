import { z } from 'zod';
import { ok } from '../http/answer.ts';
import { Flaw } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { id } from '../shapes.ts';
import { becomes } from './becomes.ts';
import { judge } from './judge.ts';
import { proposalOf } from './proposal.ts';
import { resolutionOf, whenToPublish } from './publish-at.ts';
import { Becomes, NewPost, notes, resolution } from './shapes.ts';

const flaws = z.array(Flaw).meta({ description: 'why it would be refused, and what to do' });

const CheckedTarget = z
  .object({
    account: id,
    becomes: Becomes,
    flaws,
    notes,
  })
  .meta({ id: 'CheckedTarget' });

const Checked = z
  .object({
    ok: z.boolean().meta({ description: 'POST /v1/posts would take it as it is' }),
    resolution,
    flaws: flaws.meta({ description: 'of the post as a whole' }),
    targets: z.array(CheckedTarget),
  })
  .meta({ id: 'CheckedPost' });

export const checkPost = route(
  {
    method: 'post',
    path: '/v1/posts/check',
    summary: 'What Meta would refuse of a post, said before it is made',
    description:
      'Keeps and changes nothing. The same rules hold when a post is created, edited, and once more before it is published.',
    role: 'viewer',
    body: NewPost,
    answers: { 200: Checked },
  },
  async ({ parts: { control, settings }, db, body }) => {
    const when = await whenToPublish(control, body);
    const further = settings.META_FURTHER_PERMISSIONS;
    const { whole, targets, known } = await judge(db, proposalOf(body), { at: when.ok ? when.at : null, further });
    if (!when.ok) whole.unshift(when.flaw);
    const media = body.media.flatMap((file) => known.media.get(file.id) ?? []);
    return ok({
      ok: !whole.length && targets.every((target) => !target.flaws.length),
      resolution: resolutionOf(body),
      flaws: whole,
      targets: body.targets.map(({ account, kind }, index) => ({
        ...{ account, flaws: [], notes: [], ...targets[index] },
        becomes: becomes({ platform: known.accounts.get(account)?.platform, kind, media, link: body.link ?? null }),
      })),
    });
  },
);
