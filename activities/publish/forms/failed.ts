import type { GraphFailure } from '../../graph/client.ts';
import { isGone } from '../../graph/is-gone.ts';
import type { Made } from './form.ts';

/** A session that Meta does not have any more is begun anew; for the rest the failure says what comes of it. */
export const failed = (failure: GraphFailure): Made =>
  isGone(failure) || isSessionGone(failure) ? { is: 'begin-anew', failure } : { is: 'failed', failure };

/** What chunks are answered whose session is over. */
const isSessionGone = ({ code, subcode }: GraphFailure) => code === 6001 && subcode === 1363033;
