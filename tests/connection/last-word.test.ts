import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { isLastWord } from '../../activities/connection/last-word.ts';
import { failureFrom, noAnswer } from '../../activities/graph/failure.ts';

const refused = (httpStatus: number, error: object) => failureFrom(httpStatus, error, {});
const atTry = (attempt: number, failure: ReturnType<typeof noAnswer>) =>
  new MockActivityEnvironment({ attempt }).run(async () => isLastWord(failure));

test.each([
  ['a refusal that is known to be one', refused(400, { code: 100, error_subcode: 33 }), [true, true]],
  ['a code that nobody knows', refused(400, { code: 424_242 }), [false, true]],
  ['one that Meta itself calls passing', refused(400, { code: 424_242, is_transient: true }), [false, false]],
  ['one of a server that is broken', refused(500, { code: 424_242 }), [false, false]],
  ['a fault that is known to pass', refused(400, { code: 2 }), [false, false]],
  ['a rate limit', refused(400, { code: 4 }), [false, false]],
  ['no answer', noAnswer(), [false, false]],
])('of %s it is known at the first and the third try whether that is the last word', async (_, failure, last) => {
  expect([await atTry(1, failure), await atTry(3, failure)]).toEqual(last);
});
