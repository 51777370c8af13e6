import { leave } from '../../db/control/workflows/leave.ts';
import { authorizationId, connectionId } from '../../workflows/ids.ts';
import type { AuthorizationRef, ConnectionParts, ConnectionRef } from './parts.ts';

type Seen<Ref> = Ref & { wanted: number };

/** Strikes the attempt off the list of what should be alive. @returns false when somebody wants something since */
export const leaveAuthorization =
  ({ control }: Pick<ConnectionParts, 'control'>) =>
  ({ tenant, authorization, wanted }: Seen<AuthorizationRef>): Promise<boolean> =>
    leave(control, authorizationId(tenant, authorization), wanted);

/** Strikes the connection off the list of what should be alive. @returns false when somebody wants something since */
export const leaveConnection =
  ({ control }: Pick<ConnectionParts, 'control'>) =>
  ({ tenant, connection, wanted }: Seen<ConnectionRef>): Promise<boolean> =>
    leave(control, connectionId(tenant, connection), wanted);
