import { leave } from '../../db/control/workflows/leave.ts';
import { publishId } from '../../workflows/ids.ts';
import type { PublishParts, WantedTarget } from './parts.ts';

/**
 * The last act: strikes the target off the list of what should be alive.
 * @returns false when somebody wanted something since the rows were read: read them again
 */
export const leaveTarget =
  ({ control }: Pick<PublishParts, 'control'>) =>
  ({ tenant, target, wanted }: WantedTarget): Promise<boolean> =>
    leave(control, publishId(tenant, target), wanted);
