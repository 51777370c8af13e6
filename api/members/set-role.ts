import type { ControlDb } from '../../db/control/connect.ts';
import { auditInControl } from '../audit/write.ts';
import { staleFor } from '../http/etag.ts';
import { type Refusal, refuse } from '../http/problem.ts';
import type { Member as Caller, Role } from '../session/caller.ts';
import { endSessionsOf } from '../session/sessions.ts';
import { Member, readMembers } from './shapes.ts';

interface RoleChange {
  by: Caller;
  /** Of a member, or of an invitation. */
  id: string;
  /** null: not a member any more. */
  role: Role | null;
  /** What the one who changes it has read. */
  ifMatch: string;
}

/** @returns why nothing was changed, if nothing was */
export const setRole = (control: ControlDb, { by, id, role, ifMatch }: RoleChange): Promise<Refusal | undefined> =>
  control.transaction().execute(async (tx) => {
    const { tenant } = by;
    await lock(tx, tenant, id);
    const members = await readMembers(tx, tenant);
    const member = members.find((one) => one.id === id);
    if (!member) return refuse('not-found', 'There is no such member.');
    const stale = staleFor(ifMatch, Member, member);
    if (stale) return stale;
    const owners = members.filter((one) => one.state === 'member' && one.role === 'owner');
    if (role !== 'owner' && owners.length === 1 && owners[0]?.id === id)
      return refuse('conflict', 'A tenant has an owner at all times. Make somebody else an owner first.');
    await (member.state === 'invited' ? writeInvited : writeMember)(tx, tenant, id, role);
    const done = role ? { action: 'member.changed', details: { role } } : { action: 'member.removed' };
    await auditInControl(tx, tenant, by, { ...done, subject: id });
    return undefined;
  });

/** All owners, in one order, and then whoever it is about: of two who go at the same time the second sees that the first is gone. */
async function lock(tx: ControlDb, tenant: string, id: string): Promise<void> {
  const memberships = tx.selectFrom('memberships').select('person').where('tenant', '=', tenant).forUpdate();
  await memberships.where('role', '=', 'owner').orderBy('person').execute();
  await memberships.where('person', '=', id).execute();
  const invitations = tx.selectFrom('invitations').select('id').where('tenant', '=', tenant).forUpdate();
  await invitations.where('id', '=', id).execute();
}

async function writeInvited(tx: ControlDb, tenant: string, id: string, role: Role | null): Promise<void> {
  if (role)
    await tx.updateTable('invitations').set({ role }).where('tenant', '=', tenant).where('id', '=', id).execute();
  else await tx.deleteFrom('invitations').where('tenant', '=', tenant).where('id', '=', id).execute();
}

/** With their last membership the database forgets the person. */
async function writeMember(tx: ControlDb, tenant: string, id: string, role: Role | null): Promise<void> {
  // First, as who logs in has a session before the person: in the other order the two could wait for each other.
  await endSessionsOf(tx, id, tenant);
  if (role)
    await tx.updateTable('memberships').set({ role }).where('tenant', '=', tenant).where('person', '=', id).execute();
  else await tx.deleteFrom('memberships').where('tenant', '=', tenant).where('person', '=', id).execute();
}
