import { leave } from '../../db/control/workflows/leave.ts';
import { giveUpUncommented } from '../../db/tenant/ledger/comments.ts';
import { publishId } from '../../workflows/ids.ts';
import { givenUp, unsaid } from './comment-words.ts';
import type { PublishParts, WantedTarget } from './parts.ts';

interface Leaving extends WantedTarget {
  /** It was tried to write the first comment, and given up. */
  commentGivenUp?: true;
}

/**
 * The last act: strikes the target off the list of what should be alive.
 * @returns false when somebody wanted something since the rows were read: read them again
 */
export const leaveTarget =
  ({ control, tenants }: Pick<PublishParts, 'control' | 'tenants'>) =>
  async ({ tenant, target, wanted, commentGivenUp }: Leaving): Promise<boolean> => {
    if (commentGivenUp)
      await tenants.use(tenant, (db) => giveUpUncommented(db, target, { unwritten: givenUp, unsaid }));
    return leave(control, publishId(tenant, target), wanted);
  };
