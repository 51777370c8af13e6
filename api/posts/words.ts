import type { Targets } from '../../db/tenant/schema.ts';

const states = {
  draft: 'A draft; nothing is scheduled.',
  scheduled: 'Scheduled.',
  preparing: 'Being prepared at Meta, invisibly.',
  armed: 'Prepared, and waiting for its time.',
  committing: 'Being made public.',
  published: 'Published.',
  failed: 'Failed.',
  canceled: 'Canceled.',
  held: 'Held: it waits for somebody.',
  deleting: 'Being deleted at Meta.',
  deleted: 'Deleted at Meta.',
} as const satisfies Record<Targets['state'], string>;

export const stateWords = (state: Targets['state'], why: string | null) =>
  why ? `${states[state]} ${why}` : states[state];
