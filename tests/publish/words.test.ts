import { expect, test } from 'vitest';
import { callWords } from '../../db/tenant/ledger/words.ts';

const call = {
  position: 0,
  status: 'unknown',
  opened_at: new Date(),
  looked_for: null,
  meta_id: null,
  diagnostic: null,
} as const;

test('of a draft whose answer was lost nothing is promised that is given up where Meta does not list it', () => {
  expect(callWords({ ...call, step: 'draft' })).toBe(
    'Creating the unpublished post got no clear answer from Meta. If something of it lies there, nobody sees it, and it is deleted where it is found there.',
  );
});

test.each([
  ['commit', 'Publishing got no clear answer from Meta; it is being looked for there.'],
  ['comment', 'Writing the first comment got no clear answer from Meta; it may be there, and is not written again.'],
  ['edit', 'Changing the published text got no clear answer from Meta.'],
  ['delete', 'Deleting the published post got no clear answer from Meta.'],
] as const)('what follows from a lost answer to a %s is said, and no more', (step, words) => {
  expect(callWords({ ...call, step, meta_id: '1' })).toBe(words);
});

test('of a call whose answer was in doubt nobody is told that it was simply done', () => {
  const done = { ...call, step: 'commit', status: 'done', meta_id: '1' } as const;
  expect(callWords(done)).toBe('Publishing is done.');
  expect(callWords({ ...done, diagnostic: { httpStatus: 500 } })).toBe(
    'Publishing got no clear answer from Meta; what came of it was found out afterwards.',
  );
});
