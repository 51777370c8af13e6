import { activityInfo } from '@temporalio/activity';
import type { GraphFailure } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { isKnown } from '../graph/reactions.ts';

/** From this try of an activity on a refusal that nobody knows is taken for what it says: no. */
const believedFromTry = 3;

/**
 * Whether a refusal is all that Meta will say of one of many, where a "no" takes nothing away. A code that we do not know may never pass, and
 * what is done for all the others would never end.
 */
export const isLastWord = (failure: GraphFailure): boolean =>
  !passes(failure) || (isUnknown(failure) && activityInfo().attempt >= believedFromTry);

const isUnknown = ({ code, subcode, httpStatus = 500, isTransient }: GraphFailure): boolean =>
  code !== undefined && httpStatus < 500 && !isTransient && !isKnown(code, subcode);
