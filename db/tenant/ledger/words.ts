import type { Ledger, WitnessReads } from '../schema.ts';

type Call = {
  step: Ledger['step'];
  position: number;
  status: 'armed' | 'open' | 'done' | 'refused' | 'unknown' | 'abandoned';
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
  unknown: 'got no clear answer from Meta; it is being looked for there',
  abandoned: 'was given up; it made nothing public',
} as const;

/** One call to Meta, in words. */
export function callWords({ step, position, status }: Call): string {
  const subject = numbered.includes(step) ? `${subjects[step]} ${position + 1}` : subjects[step];
  return `${subject} ${outcomes[status]}.`;
}

/** One look at Meta, in words. */
export const readWords = {
  live: 'Looked at Meta: it is live.',
  'not-live': 'Looked at Meta: it is not live.',
  gone: 'Looked at Meta: it is not there (any more).',
  processing: 'Looked at Meta: it is being processed there.',
  failed: 'Looked at Meta: it could not be processed there.',
  'no-answer': 'Looked at Meta: no answer.',
} as const satisfies Record<WitnessReads['answer'], string>;
