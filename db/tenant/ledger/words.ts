import type { Ledger, WitnessReads } from '../schema.ts';

type Call = {
  step: Ledger['step'];
  position: number;
  status: 'armed' | 'open' | 'done' | 'refused' | 'unknown' | 'abandoned';
  opened_at: Date;
  meta_id: string | null;
  diagnostic: unknown;
  looked_for: Ledger['looked_for'];
};

const subjects = {
  photo: 'Uploading photo',
  upload: 'Uploading video',
  container: 'Handing over media',
  draft: 'Creating the unpublished post',
  commit: 'Publishing',
  comment: 'Writing the first comment',
  edit: 'Changing the published text',
  discard: 'Removing what was prepared',
  delete: 'Deleting the published post',
} as const satisfies Record<Call['step'], string>;

/** Of these there can be several. */
const numbered: readonly Call['step'][] = ['photo', 'container'];

const outcomes = {
  armed: 'is armed and waits for its instant',
  open: 'is under way; no answer yet',
  done: 'is done',
  refused: 'was refused by Meta',
  unknown: 'got no clear answer from Meta',
  abandoned: 'was given up; it made nothing public',
} as const;

/** What follows from an answer that never came; the rest is tried again while it is wanted. */
const unheard: Partial<Record<Call['step'], string>> = {
  commit: 'it is being looked for there',
  comment: 'it may be there, and is not written again',
};

/** Where what may lie at Meta has no id here: nobody sees it, and this becomes of it. */
const lost: Partial<Record<Call['step'], string>> = {
  photo: 'Meta deletes unpublished photos after a day',
  upload: 'Meta has no way to delete it, and lets it expire after a day',
  container: 'Instagram has no way to delete it, and lets it expire after a day',
  draft: 'it is deleted where it is found there',
};

const lookedFor = {
  found: 'it was found there, unseen by anybody',
  absent: 'it was looked for there, and is not there',
  unsure: 'nobody can tell which of the unpublished posts there it might be, so that none is deleted',
} as const;

/** No call lasts longer: whoever made it died. */
const answeredWithinMs = 10 * 60_000;

/** One call to Meta, in words. */
export function callWords(call: Call): string {
  const { step, position, status, looked_for: came } = call;
  const subject = numbered.includes(step) ? `${subjects[step]} ${position + 1}` : subjects[step];
  if (came) return `${subject} got no clear answer from Meta; ${lookedFor[came]}.`;
  // What an answer left in doubt keeps what was answered.
  if (status === 'done' && call.diagnostic !== null)
    return `${subject} got no clear answer from Meta; what came of it was found out afterwards.`;
  const left = isLost(call) ? lost[step] : undefined;
  const then = status === 'unknown' ? unheard[step] : undefined;
  return left
    ? `${subject} got no clear answer from Meta. If something of it lies there, nobody sees it, and ${left}.`
    : `${subject} ${outcomes[status]}${then ? `; ${then}` : ''}.`;
}

const isLost = ({ status, meta_id: metaId, opened_at: openedAt }: Call): boolean =>
  metaId === null &&
  (status === 'unknown' || (status === 'open' && Date.now() - openedAt.getTime() > answeredWithinMs));

/** One look at Meta, in words. */
export const readWords = {
  live: 'Looked at Meta: it is live.',
  'not-live': 'Looked at Meta: it is not live.',
  gone: 'Looked at Meta: it is not there (any more).',
  processing: 'Looked at Meta: it is being processed there.',
  failed: 'Looked at Meta: it could not be processed there.',
  'no-answer': 'Looked at Meta: no answer.',
} as const satisfies Record<WitnessReads['answer'], string>;
