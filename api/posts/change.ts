import { audit } from '../audit/write.ts';
import { flawed, Problem, refuse } from '../http/problem.ts';
import { type RequestOf, route } from '../http/route.ts';
import { ById } from '../shapes.ts';
import { command, type Plan } from './command.ts';
import { endStranded } from './end-stranded.ts';
import { judge } from './judge.ts';
import { timeAfter } from './new-time.ts';
import { affected, contentAfter, isOut, lostTags, sharedMoves, strangers } from './plan.ts';
import type { Preflight } from './preflight.ts';
import { resolutionOf, type Time } from './publish-at.ts';
import { isPublished, publishedEdits } from './published-edits.ts';
import { outlineOf, repeated } from './repeated.ts';
import { ChangedPost, resultsOf } from './results.ts';
import { PostChange } from './shapes.ts';
import { reachOf, rests, type Standing, type StandingTarget } from './standing.ts';
import { writeContent } from './write-content.ts';

const definition = {
  method: 'patch',
  path: '/v1/posts/{id}',
  summary: 'Edit or reschedule a post, schedule a draft, or change the text of what is published',
  description:
    'What is left out stays as it is, each option of a target for itself and the altText of a photo too; null takes it away. Of each target it is said what comes of it: what is just being published stays as it was. Of what is published only the text can be changed, on a Page, where it is no story; Instagram lets no app change a caption. Until Meta has the new text the target shows it as its edit, and keeps the text that is live; where Meta refuses it the target says why. 409 where nothing can be done for any target.',
  role: 'editor',
  idempotent: true,
  params: ById,
  body: PostChange,
  editable: true,
  answers: { 200: ChangedPost, 404: Problem, 409: Problem },
} as const;

export const changePost = route(definition, async (request) => {
  const entry = request.newId('change');
  const before = await repeated(request, entry, resolutionOf(request.body));
  if (before) return before;
  return command(request, 'edit', (post) => planEdit(request, post, entry));
});

async function planEdit({ parts, db, caller, body }: RequestOf<typeof definition>, post: Standing, entry: string) {
  const unknown = strangers(post, body);
  if (unknown.length) return flawed(unknown);
  const time = await timeAfter(parts.control, post, body);
  if (!time.ok) return flawed([time.flaw]);
  const after = contentAfter(post, body);
  if (sharedMoves(post, after) && isOut(post)) return refuse('conflict', sharedStays);

  const open = after.targets.filter((target) => reachOf(target) === 'can');
  const proposal = { ...after, id: post.id, targets: open.map((target) => ({ ...target, ...target.wording })) };
  const further = parts.settings.META_FURTHER_PERMISSIONS;
  // Of what is out or over the files may have been deleted here.
  const { flaws, notes } = open.length ? (await judge(db, proposal, { at: time.at, further })).all : none;
  const schedules = post.draft && body.draft === false;
  const timeMoves = schedules || !isSameInstant(time, post);
  const edits = timeMoves && !open.length ? undefined : await publishedEdits(db, post, after, further);
  const all = [...lostTags(post, after, body), ...flaws, ...(edits?.flaws ?? [])];
  if (all.length) return flawed(all);

  const meant = affected(post, after, timeMoves);
  const edited = new Set(edits?.targets.map(({ id }) => id));
  const isEdited = (target: StandingTarget) => isPublished(target) && edited.has(target.id);
  const targets = meant.filter((target) => reachOf(target) === 'can' || isEdited(target));
  const objections = edits?.objections ?? new Map<string, string>();
  const inVain = meant.length > 0 && targets.length === 0;
  const plan: Plan = {
    ...{ meant, notes, resolution: resolutionOf(body), objections },
    idle: inVain || (!meant.length && after.text === post.text && isSameReading(time, post)),
    order: {
      ...{ targets, dueAt: time.at, schedules, afterwards: isEdited },
      becomes: (target) =>
        isEdited(target) || rests(target) || (target.state === 'draft' && !schedules) ? undefined : 'scheduled',
      write: async (tx, found) => {
        if (meant.length && !found.reached.length) return false;
        if (!(await writeContent(tx, { post, after, time, schedules }, found))) return false;
        if (schedules) await endStranded(tx, post.id);
        const action = schedules ? 'post.scheduled' : 'post.changed';
        const details = outlineOf(resultsOf('edit', post, meant, found, objections));
        await audit(tx, caller, { id: entry, action, subject: post.id, details });
        return true;
      },
    },
  };
  return plan;
}

const none: Preflight = { flaws: [], notes: [] };

const sharedStays =
  'Link and media are the same for all accounts of a post, and one of them has it already. Make a new post for the others.';

const isSameInstant = ({ at }: Time, { publishAt }: Standing) => at?.getTime() === publishAt?.getTime();

const isSameReading = (time: Time, post: Standing) =>
  isSameInstant(time, post) &&
  time.wallClock?.local === post.wallClock?.local &&
  time.wallClock?.zone === post.wallClock?.zone;
