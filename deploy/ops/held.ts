import type { Targets } from '../../db/tenant/schema.ts';

interface Asked {
  wrong: string;
  next: string;
}

const answer: Asked = {
  wrong: 'It is held, and waits for somebody to decide.',
  next: 'A member of the tenant answers what it asks; Meta can be asked with posts witness.',
};

const asked: Readonly<Record<NonNullable<Targets['held_for']>, Asked>> = {
  authorization: {
    wrong: 'It is held until a login may publish to its account again.',
    next: 'A member of the tenant connects the account again. What is still to come then goes out at its time by itself; what is late by then, as the overdueRule of the tenant says.',
  },
  overdue: { ...answer, next: 'A member of the tenant answers what it asks: whether it goes out late, or not at all.' },
  outcome: answer,
};

/** What a held post waits for, and what there is to do: only some need an answer. */
export const heldWords = (heldFor: Targets['held_for']): Asked => (heldFor ? asked[heldFor] : answer);
