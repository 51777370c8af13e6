import type { MediaFacts } from '../../meta/kinds.ts';
import type { Remark } from '../../meta/rules/flaw.ts';
import { flawsOf, notesOf, type TargetContent } from '../../meta/rules/target.ts';
import type { Flaw } from '../http/problem.ts';
import type { Known, KnownAccount, Proposal, ProposedTarget } from './proposal.ts';

export interface Preflight {
  /** What breaks a rule, of ours or of Meta's. */
  flaws: Flaw[];
  /** What will be done differently, or may not go as planned. */
  notes: Flaw[];
}

/** What Meta would refuse later, said now: of the post as a whole, and of each target. */
export function preflight(post: Proposal, known: Known): { whole: Flaw[]; targets: Preflight[] } {
  return {
    whole: mediaFlaws(post, known),
    targets: post.targets.map((target, index) => {
      const twice = post.targets.slice(0, index).some(({ account }) => account && account === target.account);
      const account = target.account ? known.accounts.get(target.account) : undefined;
      const at = under(target, '/account');
      if (!account) return { flaws: [{ ...at, detail: 'There is no such account.' }], notes: [] };
      const found = ofTarget(post, target, account, known.media);
      if (twice) found.flaws.unshift({ ...at, detail: 'This account is named twice.' });
      return found;
    }),
  };
}

/** All that was found, each thing said once, however many targets it is about. */
export function together({ whole, targets }: ReturnType<typeof preflight>): Preflight {
  const all = (of: keyof Preflight) => once(targets.flatMap((target) => target[of]));
  return { flaws: once([...whole, ...all('flaws')]), notes: all('notes') };
}

const once = (flaws: Flaw[]) =>
  flaws.filter(
    (one, index) => flaws.findIndex((other) => other.pointer === one.pointer && other.detail === one.detail) === index,
  );

function mediaFlaws({ media }: Proposal, known: Known): Flaw[] {
  return media.flatMap(({ id }, index) => {
    const pointer = `/media/${index}/id`;
    if (!known.media.has(id))
      return [{ pointer, detail: 'There is no such media; upload it with POST /v1/media first.' }];
    const before = media.findIndex((other) => other.id === id) < index;
    return before ? [{ pointer, detail: 'This photo is named twice.' }] : [];
  });
}

function ofTarget(
  post: Proposal,
  target: ProposedTarget,
  account: KnownAccount,
  media: ReadonlyMap<string, MediaFacts>,
): Preflight {
  const files = post.media.flatMap(({ id, altText }) => {
    const facts = media.get(id);
    return facts ? [{ ...facts, altText }] : [];
  });
  // What it becomes follows from all of its media.
  if (files.length < post.media.length) return { flaws: [], notes: [] };
  const cover = target.options.coverMedia === undefined ? undefined : media.get(target.options.coverMedia);
  const content: TargetContent = { ...target, text: target.text ?? post.text, link: post.link, media: files, cover };
  const said = (remarks: Remark[]) => remarks.map(({ at, words }) => ({ ...place(target, at), detail: words }));
  return {
    flaws: said(flawsOf(content, account)),
    notes: [...said(notesOf(content, account)), ...missing(target, account)],
  };
}

/** What the account would need to be granted; until it is due somebody may have done so. */
function missing(target: ProposedTarget, { capabilities }: KnownAccount): Flaw[] {
  const lacks = (name: string) => capabilities.find((capability) => capability.name === name && !capability.available);
  const publish = lacks('publish');
  const comment = target.firstComment === null ? undefined : lacks('answer-comments');
  return [
    ...(publish
      ? [{ ...under(target, '/account'), detail: `As it is, this cannot be published: ${words(publish)}` }]
      : []),
    ...(comment
      ? [{ ...under(target, '/firstComment'), detail: `As it is, the comment cannot be written: ${words(comment)}` }]
      : []),
  ];
}

const words = ({ reason, remedy }: { reason: string | null; remedy: string | null }) =>
  [reason, remedy].filter((part) => part !== null).join(' ');

/** Link and media belong to the post; a text does unless the target has its own; everything else is the target's. */
function place(target: ProposedTarget, at: string): { pointer?: string } {
  const ofPost = /^\/(link|media)\b/.test(at) || (at === '/text' && target.text === null);
  return ofPost ? { pointer: at } : under(target, at);
}

const under = ({ pointer }: ProposedTarget, at: string): { pointer?: string } =>
  pointer === undefined ? {} : { pointer: `${pointer}${at}` };
