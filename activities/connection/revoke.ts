import { alone } from './alone.ts';
import { noneIfDamaged, userCredential } from './credential.ts';
import type { ConnectionParts, ConnectionRef } from './parts.ts';
import { dropPerson } from './routes.ts';
import { twice } from './twice.ts';

/** `needed elsewhere`: the same person has connected in another tenant, and Meta knows no revoking for one of them only. */
export type Revoked = 'revoked' | 'needed elsewhere' | 'not told';

/**
 * Gives back at Meta what a person granted, unless the same person is still connected in another tenant.
 * @throws ApplicationFailure, retryable, while another tenant is at work on the same person
 */
export async function revoke(parts: ConnectionParts, ref: ConnectionRef, person: string): Promise<Revoked> {
  const user = await userCredential(parts, ref).catch(noneIfDamaged);
  return alone(parts, 'person', person, async () => {
    if (await dropPerson(parts, ref.tenant, person)) return 'needed elsewhere';
    if (!user) return 'not told';
    const call = { method: 'DELETE', path: `/${person}/permissions`, token: user.token } as const;
    return (await twice(parts.graph, call)) ? 'revoked' : 'not told';
  });
}
