import { atMeta, inOneWay, type Options } from './options.ts';
import type { Shown, Wording } from './plan.ts';

/** Something that was asked of the product, and acknowledged by it. */
export type Acknowledged =
  | { what: 'content'; text: string | null; wording: Wording }
  /** Of what was published already. Meta may refuse it, which is said. */
  | { what: 'text'; text: string | null }
  /** Not before this instant. */
  | { what: 'due'; notBeforeMs: number }
  | { what: 'cancel' }
  /** Taken down again after it was published. */
  | { what: 'delete' };

/** What the product says about one post. */
export interface Told {
  run: number;
  /** In the order in which it was acknowledged. */
  acknowledged: readonly Acknowledged[];
  state: string;
  reason: string | null;
  /** What is said of its first comment, or that nobody knows below what it would be. */
  ofComment: string | null;
  /** Whether its text is still being changed at Meta. */
  isChanging: boolean;
  /** What it was waiting for when it had been waited for for too long. */
  openBecause?: string | undefined;
  /** Whether a publish workflow is still wanted for it. */
  stillWanted: boolean;
  /** Meta would not have it, so that it may fail. */
  mayFail: boolean;
  /** Somebody deleted it by hand: a person is asked where it was not public yet, and where it was nothing shows. */
  takenAway: boolean;
  /** Somebody else published it by hand, whenever they liked. */
  mayBeEarly: boolean;
  /** Meta may refuse to delete it. */
  mayStay: boolean;
  /** Should be written below it once it is published. */
  firstComment?: string | undefined;
  /** What was chosen for it. */
  options?: Options | undefined;
}

/** What is true at Meta: an object that was ever made for this post. */
export interface Made {
  text: string | null;
  link: string | null;
  /** In their order; undefined for a file that nobody asked for. */
  files: readonly { file: number | undefined; altText: string | null }[];
  /** What Meta has of it besides, by Meta's names. */
  options: Readonly<Record<string, unknown>>;
  /** What was ever written below it. */
  comments: readonly string[];
  live: boolean;
  /** How often it became visible. */
  publications: number;
  visibleAtMs: number | null;
}

export const wrongs = ['duplicates', 'lost', 'afterCancel', 'wrongContent', 'unresolved', 'early'] as const;
export type Wrong = (typeof wrongs)[number];

export interface Finding {
  run: number;
  wrong: Wrong;
  words: string;
}

/** The states in which a post has come to its end, or waits for a person. */
export const ends: ReadonlySet<string> = new Set(['published', 'failed', 'canceled', 'held', 'deleted']);

/** Compares what the product says about a post with what is true at Meta. */
export function judge(told: Told, made: readonly Made[]): Finding[] {
  const found = (wrong: Wrong, words: string): Finding => ({ run: told.run, wrong, words });
  const publications = made.reduce((sum, one) => sum + one.publications, 0);
  const live = made.filter((one) => one.live);
  const canceled = told.acknowledged.some(({ what }) => what === 'cancel');
  const findings: Finding[] = [];
  if (publications > 1 || live.length > 1)
    findings.push(found('duplicates', `It became visible ${publications} times, and is live ${live.length} times.`));
  const comments = made.flatMap((one) => one.comments);
  if (comments.length > 1) findings.push(found('duplicates', `It was commented ${comments.length} times.`));
  if (told.isChanging) findings.push(found('unresolved', 'Its text is still being changed.'));
  if (told.openBecause) findings.push(found('unresolved', `It was open for too long: ${told.openBecause}.`));
  if (!ends.has(told.state) || told.stillWanted)
    findings.push(
      found('unresolved', `It is said to be ${told.state}${told.stillWanted ? ', and is still worked at' : ''}.`),
    );
  if (canceled && publications)
    findings.push(
      found('afterCancel', `Its cancellation was acknowledged, and it became visible; it is said to be ${told.state}.`),
    );
  else if (ends.has(told.state)) findings.push(...untrue(told, live.length, made).map((words) => found('lost', words)));
  for (const one of made.filter(({ publications }) => publications > 0)) {
    findings.push(...contentFlaws(told, one).map((words) => found('wrongContent', words)));
    const notBeforeMs = told.acknowledged.findLast((wish) => wish.what === 'due')?.notBeforeMs ?? 0;
    const earlyMs = notBeforeMs - (one.visibleAtMs ?? notBeforeMs);
    if (earlyMs > 0 && !told.mayBeEarly) findings.push(found('early', `It became visible ${earlyMs} ms too early.`));
  }
  return findings;
}

/** Where what is said is not what is so, or where a post came to an end that nobody wanted. */
function untrue(told: Told, live: number, made: readonly Made[]): string[] {
  const { state, reason, ofComment, mayFail, takenAway, mayStay, firstComment } = told;
  const wasSeen = made.some(({ publications }) => publications > 0);
  const asked = (what: Acknowledged['what']) => told.acknowledged.some((wish) => wish.what === what);
  // That Meta refused to delete it is said then.
  const stays = mayStay && state === 'published' && reason !== null && live > 0;
  if (asked('delete') && !stays && (live || state !== 'deleted'))
    return [`Its deletion was acknowledged; it is said to be ${state}, and is live ${live} times.`];
  if (asked('delete')) return [];
  if (state === 'published' && !live && !(takenAway && wasSeen))
    return ['It is said to be published, and is not live.'];
  if (state === 'published') {
    const isSilent = firstComment !== undefined && ofComment === null && !made.some(({ comments }) => comments.length);
    return isSilent ? ['Its first comment is not there, and nothing is said of it.'] : [];
  }
  if (live) return [`It is said to be ${state}, and is live.`];
  if (asked('cancel'))
    return state === 'canceled' ? [] : [`Its cancellation was acknowledged, and it is said to be ${state}.`];
  const allowed = (state === 'failed' && mayFail) || (state === 'held' && takenAway);
  return allowed ? [] : [`It is ${state} though nothing speaks against it: ${reason}`];
}

function contentFlaws({ acknowledged, firstComment, options = {}, reason }: Told, made: Made): string[] {
  const wanted = acknowledged.findLast((wish) => wish.what === 'content');
  if (!wanted) return ['Nobody asked for it.'];
  const { text, wording } = wanted;
  const since = acknowledged.slice(acknowledged.indexOf(wanted));
  const texts = [text, ...since.flatMap((wish) => (wish.what === 'text' ? [wish.text] : []))];
  // That Meta refused one is said then; what is deleted is changed no more.
  const mayBeEarlier = reason !== null || since.some((wish) => wish.what === 'delete');
  const allowed = mayBeEarlier ? texts : texts.slice(-1);
  const flaws = [];
  if (!allowed.includes(made.text)) flaws.push(`It reads "${made.text}", and should read "${allowed.join('" or "')}".`);
  if (made.link !== (wording.link ?? null))
    flaws.push(`It links to ${made.link}, and should to ${wording.link ?? null}.`);
  const [is, should] = [shownAs(made.files), shownAs(wording.files)];
  if (is !== should) flaws.push(`It shows ${is || 'no file'}, and should show ${should || 'none'}.`);
  const [has, wants] = [inOneWay(made.options), atMeta(options)];
  if (has !== wants) flaws.push(`Meta has ${has} of it, and should have ${wants}.`);
  for (const comment of made.comments)
    if (comment !== firstComment)
      flaws.push(`Below it stands "${comment}", and should stand "${firstComment ?? 'nothing'}".`);
  return flaws;
}

const shownAs = (shown: readonly (Shown | Made['files'][number])[]): string =>
  shown.map(({ file, altText }) => `${file ?? 'a stranger'}${altText ? ` (${altText})` : ''}`).join(', ');
