import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { publishWith, target } from './publish-with.ts';

test('a post whose address Meta never tells, and whose first comment it never takes, is published all the same, and the comment is spoken of', async () => {
  let asked = false;
  let left: unknown;
  const { outcome } = await publishWith({
    readTarget: async () => ({ is: 'over', wanted: 1, state: 'published', chores: ['link', 'comment'] }),
    readPermalink: async () => {
      asked = true;
      // As after its last attempt.
      throw ApplicationFailure.nonRetryable('Meta does not tell the address');
    },
    commentTarget: async () => {
      throw ApplicationFailure.nonRetryable('Meta does not take the comment');
    },
    leaveTarget: async (how: unknown) => {
      left = how;
      return true;
    },
  });
  expect(outcome).toBe('published');
  expect(asked).toBe(true);
  expect(left).toEqual({ tenant: 'tenant', target, wanted: 1, commentGivenUp: true });
});
