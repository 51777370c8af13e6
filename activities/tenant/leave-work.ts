import { leave } from '../../db/control/workflows/leave.ts';
import { tenantWorkId } from '../../workflows/ids.ts';
import type { KeyWorkRef, TenantParts } from './parts.ts';

/** Strikes the work off the list of what should be alive. @returns false when somebody wants something since */
export const leaveWork =
  ({ control }: Pick<TenantParts, 'control'>) =>
  ({ tenant, work, wanted }: KeyWorkRef & { wanted: number }): Promise<boolean> =>
    leave(control, tenantWorkId(tenant, work), wanted);
