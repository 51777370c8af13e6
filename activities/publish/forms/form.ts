import type { MediaStore } from '../../../db/media/store.ts';
import type { Progress } from '../../../db/tenant/ledger/note-progress.ts';
import type { Ledger } from '../../../db/tenant/schema.ts';
import type { MediaRow } from '../../../db/tenant/targets/read-target.ts';
import type { GraphAnswer, GraphCall, GraphClient, GraphFailure } from '../../graph/client.ts';
import type { Sendable } from '../../media/media-for.ts';
import type { Content } from '../content.ts';

export type { Form } from '../../../meta/kinds.ts';

/**
 * How posts of one form come to be at Meta. A form only makes calls and says what their answers mean; the ledger, the claim, retries, the
 * witness, what ends a target and what a person is told are the same for all forms, and not its business.
 *
 * To add one:
 *
 * 1. A file here that exports a `Publisher`, entered under its name in `page-videos.ts` or `instagram.ts`. What it calls must be in a
 *    permission's `doors` and `fields` (`meta/`); Instagram's calls carry `useCase: 'instagram'`.
 * 2. `pieces` says, from the content alone, what has to lie at Meta before the commit, in the order in which it is made. The *last* one is what
 *    the commit makes public: its id is the `subject` of commit, look and bind, and an attempt that has it can be witnessed whatever happens.
 *    Each has a hash of whatever goes into it: after an edit only what became different is made anew. `ahead` pieces are begun with `aheadMs`
 *    before they are due, `last` ones at 30 to 150 s before (a draft whose time of creation may show). Without `last` pieces the post is
 *    only looked at once more then. All pieces that are `ahead` go into those that are `last`, and can go into one only.
 * 3. `make` makes one piece and answers what it has come to:
 *    `ready` (usable, with Meta's id) · `not-yet` (lies at Meta, which is at work on it: asked again after `askAgainMs`, with `begun` in
 *    hand; a container until FINISHED) · `begin-anew` (what was begun is of no use any more: EXPIRED, ERROR that a new one may not have) ·
 *    `failed` (by the failure's `reaction` it is tried again, held for a login, or ends the target with the failure's words).
 *    A piece of several calls (session, chunks, polling) calls `note` as soon as Meta has given it an id, and whenever it has come
 *    further: after a break or a kill the next attempt gets that as `begun`. Without a noted id it is begun anew; what the lost attempt may
 *    have made at Meta must be invisible.
 *    What takes minutes passes `signal` to its calls: it is aborted when the post is edited or canceled. A short call that makes something at
 *    Meta does not: only what has come back with an id can be deleted.
 * 4. `commit` is ONE call, made ready long before it is sent; nothing is read, opened or asked for it. `published`: visible now; `accepted`: Meta has
 *    taken it and is at work (the witness then looks until it is live or `failed`). An id or address that the answer holds comes along.
 *    Which failures prove that nothing was done is in `graph/reactions.ts` (`commit: 'refused'`), not here.
 * 5. `look` reads, and changes nothing: is the subject live? `not-live` and `gone` are believed when seen twice, late enough; `gone` only where
 *    Meta would show it (100/33 on a container says nothing: `no-answer`). `processing` and `failed` say that the call had arrived.
 *    `mayRepeat` says whether a commit that is not seen live may simply be called again, or once only, after two negative reads.
 * 6. Where the subject does not become the post (a container), `bindPublished` finds out which media it became, if `look` saw it live and the
 *    answer to the commit was lost. `oneAtATime` goes with it: of an account's unknown commits only one may be open.
 * 7. `discards` names the steps that can be deleted at Meta, and `discard` deletes one of them; it must look first whether somebody has
 *    published it by hand, where that can be, and delete nothing by a look that is old. Containers and upload sessions cannot be deleted, and
 *    expire unseen. `findUnseen` lists what Meta keeps unseen for ever, so that a draft whose answer was lost is found and deleted too.
 * 8. `changeText` gives what is published another text, and `textAt` reads which one it has; absent where Meta has no call for it. Changing it to the
 *    same text again changes nothing: what got no answer may be called again, once no call for another text can be under way any more.
 * 9. Tests: one per row of the protocol's table, against the simulator: answer lost, 500 but done, 400 but done, killed at each step.
 */
export interface Publisher {
  /** How long before it is due the first pieces are begun with; 0 where there are none. */
  aheadMs(content: Content): number;
  pieces(content: Content): Piece[];
  make(making: Making): Promise<Made>;
  commit(at: Committing): Commit;
  look(at: Looking): Promise<Look>;
  /** What a commit may do whose outcome is unknown, or that Meta says it has not seen. */
  mayRepeat: 'at-once' | 'after-two-negative-reads';
  /** Commits of unknown outcome stop the account's others: their results could not be told apart. */
  oneAtATime: boolean;
  bindPublished?(at: Binding): Promise<Bound>;
  /** The address of what was published. */
  permalink(at: Published): Promise<GraphAnswer<string | undefined>>;
  /** Writes the first comment; absent where there can be none. */
  comment?(at: Published, text: string): Promise<GraphAnswer<{ id?: unknown }>>;
  /** Deletes what is published; absent where Meta has no call for it. */
  deletePublished?(at: Published): Promise<GraphAnswer<unknown>>;
  /** Meta's ids of what the account published last: where they can be read, so can whatever is there. */
  lastPublished(at: Calling): Promise<GraphAnswer<string[]>>;
  /** Changes the text of what is published; absent where Meta has no call for it. */
  changeText?(at: Editing, text: string): Promise<GraphAnswer<unknown>>;
  /** The text that Meta shows; goes with `changeText`. */
  textAt?(at: Editing): Promise<GraphAnswer<string>>;
  discards: readonly Ledger['step'][];
  /**
   * What this app has made of that kind in that time, and nobody sees; absent where Meta lists no such thing.
   * @returns undefined where Meta does not list so much
   */
  findUnseen?(at: Calling, made: { since: Date; until: Date }): Promise<GraphAnswer<Unseen[] | undefined>>;
  /** Deletes what lies at Meta unused. `live`: it is published, and stays. */
  discard?(at: Calling, leftover: { step: Ledger['step']; metaId: string }): Promise<GraphAnswer<'deleted' | 'live'>>;
}

export interface Unseen {
  metaId: string;
  message: string | null;
}

export interface Piece {
  step: 'photo' | 'upload' | 'container' | 'draft';
  /** Its place among those of the same step. */
  position: number;
  hash: Buffer;
  stage: 'ahead' | 'last';
}

/** What every call has in hand. */
export interface Calling {
  graph: GraphClient;
  token: string;
  content: Content;
}

export interface Making extends Calling {
  piece: Piece;
  tenant: string;
  files: MediaStore;
  /** What goes to Meta of a media: itself, or for an image that Meta would refuse as it is, what is made of it. */
  sent(media: MediaRow, as?: 'cover'): Promise<Sendable>;
  /** Where Meta fetches it itself; valid for longer than it takes until the post is out. */
  addressOf(sent: Sendable): string;
  /** Meta's ids of the pieces that go into this one, by step and position. */
  laid: readonly { step: string; position: number; metaId: string }[];
  /** How often just this was begun before, and came to nothing. */
  triesBefore: number;
  /** What an earlier attempt has noted. */
  begun?: { metaId: string; progress: Progress };
  note(metaId: string, progress?: Progress): Promise<void>;
  signal: AbortSignal;
}

export type Made =
  | { is: 'ready'; metaId: string }
  | { is: 'not-yet'; askAgainMs: number }
  | { is: 'begin-anew'; failure: GraphFailure }
  | { is: 'failed'; failure: GraphFailure };

export interface Committing extends Omit<Calling, 'graph'> {
  subject: string;
  /** What was noted while the subject was made. */
  progress: Progress;
}

export interface Commit {
  call: GraphCall;
  /** What it has come to, by Meta's answer; undefined where that does not say. */
  done(answer: Answer): Done | undefined;
}

export interface Answer {
  id?: unknown;
  post_id?: unknown;
  success?: unknown;
}

export interface Done {
  is: 'published' | 'accepted';
  metaId?: string;
  permalink?: string;
}

export type Committed = ({ ok: true } & Done) | { ok: false; failure: GraphFailure };

export interface Looking extends Calling {
  subject: string;
  /** When the call may have been made at the earliest, by the database's clock. */
  committedAt: Date;
}

export type Look =
  | { seen: 'live'; metaId?: string; permalink?: string }
  /** `isSpent`: it can never be published; what is to go out has to be made anew. */
  | { seen: 'not-live'; isSpent?: true; failure?: GraphFailure }
  | { seen: 'gone' | 'processing' | 'no-answer'; failure?: GraphFailure }
  | { seen: 'failed'; failure: GraphFailure };

export interface Binding extends Looking {
  /** Which of these are published by us already, in whatever post. */
  ours(metaIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** `none`: there is no telling which it is; it is published without a link. */
export type Bound = { is: 'bound'; metaId: string; permalink?: string } | { is: 'none' | 'no-answer' };

export interface Published extends Calling {
  metaId: string;
}

export interface Editing extends Published {
  /** The video that was made public, where it is one: its text is on the video itself. */
  video?: string;
  timeoutMs: number;
}
