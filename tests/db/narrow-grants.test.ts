import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { owe } from '../../db/control/audit/owe.ts';
import { type ControlDb, connectControl } from '../../db/control/connect.ts';
import { lastBackAt, notePresence } from '../../db/control/presence.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';

let fresh: FreshControl;
let api: ControlDb;
let tenant: string;

beforeAll(async () => {
  fresh = await freshControl();
  api = connectControl(fresh.apiUrl, { maxConnections: 1 });
  tenant = await fresh.tenant();
});
afterAll(async () => {
  await api?.destroy();
  await fresh?.close();
});

const denied = /permission denied|row-level security/;

test('the API says that it is there, and of no worker that it is, or was', async () => {
  await notePresence(api, 'api');
  await notePresence(api, 'api');
  expect(await lastBackAt(api)).toBeUndefined();
  await expect(notePresence(api, 'worker')).rejects.toThrow(denied);
  await notePresence(fresh.control, 'worker');
  await expect(notePresence(api, 'worker')).rejects.toThrow(denied);
  const update = sql`update presence set seen_at = '2000-01-01' where part = 'worker'`.execute(api);
  expect((await update).numAffectedRows).toBe(0n);
  await expect(sql`update presence set told_at = back_at`.execute(api)).rejects.toThrow(denied);
});

test('the API owes entries of people and keys only, of this moment, and takes none away', async () => {
  const actor = { kind: 'person', id: uuidv7() } as const;
  await owe(api, tenant, { actor, action: 'member.invited' });
  for (const kind of ['worker', 'operator'] as const)
    await expect(owe(api, tenant, { actor: { ...actor, kind }, action: 'member.invited' })).rejects.toThrow(denied);
  const past = sql`insert into audit_owed (id, tenant, actor_kind, action, at)
    values (${uuidv7()}, ${tenant}, 'person', 'member.invited', '2000-01-01')`;
  await expect(past.execute(api)).rejects.toThrow(denied);
  await expect(sql`delete from audit_owed`.execute(api)).rejects.toThrow(denied);
  const all = fresh.control.selectFrom('audit_owed').select(['actor_kind', 'action']);
  const owed = await all.where('action', '=', 'member.invited').execute();
  expect(owed).toEqual([{ actor_kind: 'person', action: 'member.invited' }]);
});

test('who belongs to a tenant the API does not delete; of invitations the worker learns only that they have expired', async () => {
  const person = { id: uuidv7(), email: 'a@example.test', name: 'A', password_hash: 'x' };
  await api.insertInto('people').values(person).execute();
  await api.insertInto('memberships').values({ person: person.id, tenant, role: 'viewer' }).execute();
  await expect(sql`delete from people`.execute(api)).rejects.toThrow(denied);
  await expect(sql`select email from invitations`.execute(fresh.control)).rejects.toThrow(denied);
  await expect(sql`update invitations set expires_at = now()`.execute(fresh.control)).rejects.toThrow(denied);
  await sql`delete from invitations where expires_at < now()`.execute(fresh.control);
});
