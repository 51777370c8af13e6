import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { forgetExpired } from '../../activities/tenant/forget-expired.ts';
import type { Problem } from '../../api/http/problem.ts';
import { databaseOf, withDatabase } from '../../db/admin.ts';
import type { TenantPools } from '../../db/tenant/pools.ts';
import { eventually } from '../stack/eventually.ts';
import { HeldRow } from '../stack/held-row.ts';
import { type Api, type Person, password, startApiFor } from './api.ts';

interface Member {
  id: string;
  state: string;
  name: string | null;
  email: string;
  role: string;
}
interface Invited extends Member {
  invitation: string;
}
interface Entry {
  action: string;
  subject: string | null;
  actor: { id: string | null; name: string | null };
}

let api: Api;
let tenant: string;
let owner: Person;
beforeAll(async () => {
  ({ api, tenant, person: owner } = await startApiFor('owner', 'Ours'));
});
afterAll(() => api.stop());

const members = async (client = owner.client) => (await client.get<{ items: Member[] }>('/v1/members')).body.items;
const invite = async (email: string, role = 'editor', by = owner.client) =>
  (await by.post<Invited>('/v1/members', { email, role })).body;
const accept = (invitation: string, word = 'a password of my own', name = 'New Person') =>
  api.stranger().post<Problem>('/v1/invitations/accept', { invitation, name, password: word });

const known = async (email: string) =>
  (await api.control.selectFrom('people').select('id').where('email', '=', email).execute()).length;
const expire = (id: string) =>
  api.control
    .updateTable('invitations')
    .set({ expires_at: new Date(0) })
    .where('id', '=', id)
    .execute();

const forget = () => forgetExpired({ control: api.fresh.control, tenants: { use: api.rows } as TenantPools });

/** Holds what this selects, and looks who waits. */
const holdInControl = (query: string, id: string) =>
  HeldRow.take(withDatabase(inject('superuserUrl'), databaseOf(api.fresh.ownerUrl)), query, [id]);
async function waiting(): Promise<number> {
  const { rows } = await sql`select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(api.control);
  return rows.length;
}

let people = 0;
const newEmail = () => `new-${people++}@example.test`;

describe('an invitation', () => {
  test('makes a member with a password that only they know', async () => {
    const email = newEmail();
    const invited = await invite(email.toUpperCase());
    expect(await members()).toContainEqual(expect.objectContaining({ id: invited.id, email, state: 'invited' }));
    expect((await accept(invited.invitation)).status).toBe(204);
    const client = api.stranger();
    await client.logIn(email, 'a password of my own');
    expect((await client.get('/v1/me')).body).toMatchObject({ tenant, role: 'editor', name: 'New Person' });
    expect((await members()).filter((member) => member.email === email)).toMatchObject([{ state: 'member' }]);
  });

  test('serves once, also when it is used twice at the same moment', async () => {
    const { invitation } = await invite(newEmail());
    const statuses = await Promise.all([accept(invitation), accept(invitation), accept(invitation)]);
    expect(statuses.filter(({ status }) => status === 204)).toHaveLength(1);
    expect((await accept(invitation)).status).toBe(404);
  });

  test('that has expired, was taken back, or was replaced by another is worth nothing', async () => {
    const [expired, back, email] = [await invite(newEmail()), await invite(newEmail()), newEmail()];
    await expire(expired.id);
    expect((await owner.client.delete(`/v1/members/${back.id}`)).status).toBe(204);
    const [replaced, current] = [await invite(email), await invite(email)];
    for (const { invitation } of [expired, back, replaced]) expect((await accept(invitation)).status).toBe(404);
    expect((await accept(current.invitation)).status).toBe(204);
  });

  test('to somebody who is here already needs the password that they have, and tells nobody that they are', async () => {
    const theirs = await api.person(await api.fresh.tenant('Theirs'), 'viewer');
    const known = await owner.client.post<Invited>('/v1/members', { email: theirs.email, role: 'viewer' });
    const unknown = await owner.client.post<Invited>('/v1/members', { email: newEmail(), role: 'viewer' });
    const alike = (body: Invited) => ({ ...body, id: 0, email: 0, since: 0, invitation: 0, expiresAt: 0 });
    expect([known.status, alike(known.body)]).toEqual([unknown.status, alike(unknown.body)]);
    expect((await accept(known.body.invitation, 'not their password')).status).toBe(401);
    expect((await accept(known.body.invitation, password)).status).toBe(204);
    expect((await members()).find(({ id }) => id === theirs.id)).toMatchObject({ role: 'viewer', name: 'A viewer' });
  });

  test('is shown once, and kept nowhere', async () => {
    const send = () =>
      owner.client.post<Invited>(
        '/v1/members',
        { email: 'once@example.test', role: 'viewer' },
        { 'idempotency-key': 'i' },
      );
    const [first, second] = [await send(), await send()];
    expect(second).toMatchObject({ status: 201, body: { ...first.body, invitation: null } });
    const kept = [
      await api.control.selectFrom('invitations').selectAll().execute(),
      await api.rows(tenant, (db) => db.selectFrom('idempotent_answers').selectAll().execute()),
      await api.rows(tenant, (db) => db.selectFrom('audit_log').selectAll().execute()),
    ];
    expect(JSON.stringify(kept)).not.toContain(first.body.invitation);
    expect(api.logged.join('')).not.toContain(first.body.invitation);
  });

  test('that has expired is not shown, cannot be changed, and is deleted within the hour', async () => {
    const [gone, again, stays] = [await invite(newEmail()), await invite(newEmail()), await invite(newEmail())];
    for (const { id } of [gone, again]) await expire(id);
    const ids = (await members()).map(({ id }) => id);
    expect(ids).toContain(stays.id);
    expect(ids).not.toContain(gone.id);
    expect((await owner.client.get(`/v1/members/${gone.id}`)).status).toBe(404);
    expect((await owner.client.patch(`/v1/members/${gone.id}`, { role: 'viewer' })).status).toBe(404);
    const renewed = await invite(again.email);
    await forget();
    const kept = await api.control.selectFrom('invitations').select(['id', 'email']).execute();
    expect(kept.map(({ email }) => email)).not.toContain(gone.email);
    expect(kept).toEqual(expect.arrayContaining([renewed, stays].map(({ id, email }) => ({ id, email }))));
  });

  test('that is taken back while it is being accepted leaves nobody behind', async () => {
    const email = newEmail();
    const { id, invitation } = await invite(email);
    const held = await holdInControl('select id from invitations where id = $1 for update', id);
    const removing = owner.client.delete(`/v1/members/${id}`);
    await eventually(() => held.isWanted(), { what: 'the invitation to be taken back' });
    const accepting = accept(invitation);
    await eventually(async () => (await waiting()) >= 2, { what: 'the acceptance to come to it' });
    await held.release();
    expect([(await removing).status, (await accepting).status]).toEqual([204, 404]);
    expect(await known(email)).toBe(0);
  });

  test('of a member is refused', async () => {
    const { status, body } = await owner.client.post<Problem>('/v1/members', { email: owner.email, role: 'viewer' });
    expect([status, body.detail]).toEqual([409, expect.stringContaining('a member already')]);
  });
});

describe('a role', () => {
  test('that changes ends the sessions in this tenant, and in no other', async () => {
    const { id, email, client } = await api.person(tenant, 'viewer');
    const second = await api.fresh.tenant('Second');
    await api.control.insertInto('memberships').values({ person: id, tenant: second, role: 'viewer' }).execute();
    const elsewhere = api.stranger();
    await elsewhere.logIn(email, password);
    await elsewhere.patch('/v1/session', { tenant: second });
    const changed = await owner.client.patch<Member>(`/v1/members/${id}`, { role: 'editor' });
    expect(changed).toMatchObject({ status: 200, body: { id, role: 'editor' } });
    expect((await client.get('/v1/me')).status).toBe(401);
    expect((await elsewhere.get('/v1/me')).status).toBe(200);
  });

  test('whoever is removed is out at once', async () => {
    const { id, client } = await api.person(tenant, 'editor');
    expect((await owner.client.delete(`/v1/members/${id}`)).status).toBe(204);
    expect((await client.get('/v1/posts')).status).toBe(401);
    expect((await owner.client.delete(`/v1/members/${id}`)).status).toBe(404);
  });

  test('who belongs to no tenant any more is forgotten, and the log says what they did', async () => {
    const { id, email } = await api.person(tenant, 'editor');
    const elsewhere = await api.person(await api.fresh.tenant('Elsewhere'), 'owner');
    const second = await invite(email, 'viewer', elsewhere.client);
    expect((await accept(second.invitation, password)).status).toBe(204);

    expect((await owner.client.delete(`/v1/members/${id}`)).status).toBe(204);
    expect(await known(email)).toBe(1);
    await api.stranger().logIn(email, password);
    expect((await elsewhere.client.delete(`/v1/members/${id}`)).status).toBe(204);
    expect(await known(email)).toBe(0);
    expect(await api.control.selectFrom('sessions').select('id').where('person', '=', id).execute()).toEqual([]);
    const { body } = await owner.client.get<{ items: Entry[] }>('/v1/audit?limit=100');
    const theirs = body.items.filter(({ actor }) => actor.id === id);
    expect(theirs).toContainEqual(
      expect.objectContaining({ action: 'session.begun', actor: { kind: 'person', id, name: null } }),
    );
    expect(body.items).toContainEqual(expect.objectContaining({ action: 'member.removed', subject: id }));

    // Like somebody new, with a password of their own choice.
    expect((await accept((await invite(email)).invitation, 'quite another password')).status).toBe(204);
    await api.stranger().logIn(email, 'quite another password');
  });

  test('who leaves two tenants at the same moment is forgotten, too', async () => {
    const { id, email } = await api.person(tenant, 'editor');
    const elsewhere = await api.person(await api.fresh.tenant('Elsewhere'), 'owner');
    const second = await invite(email, 'viewer', elsewhere.client);
    expect((await accept(second.invitation, password)).status).toBe(204);
    const held = await holdInControl('select id from people where id = $1 for key share', id);
    const removing = [owner, elsewhere].map(({ client }) => client.delete(`/v1/members/${id}`));
    await eventually(async () => (await waiting()) >= 2, { what: 'both to come to the person' });
    await held.release();
    expect((await Promise.all(removing)).map(({ status }) => status)).toEqual([204, 204]);
    expect(await known(email)).toBe(0);
  });

  test('who joins another tenant just while they leave their last one stays, or is told to try again', async () => {
    const { id, email } = await api.person(tenant, 'editor');
    const elsewhere = await api.person(await api.fresh.tenant('Elsewhere'), 'owner');
    const second = await invite(email, 'viewer', elsewhere.client);
    const held = await holdInControl('select id from people where id = $1 for update', id);
    const leaving = owner.client.delete(`/v1/members/${id}`);
    await eventually(async () => (await waiting()) >= 1, { what: 'the person to be left' });
    const joining = accept(second.invitation, password);
    await eventually(async () => (await waiting()) >= 2, { what: 'the acceptance to come to it' });
    await held.release();
    const [left, joined] = await Promise.all([leaving, joining]);
    expect(left.status).toBe(204);
    expect([204, 409]).toContain(joined.status);
    expect(await known(email)).toBe(joined.status === 204 ? 1 : 0);
    if (joined.status === 409) expect((await accept(second.invitation, 'a password of my own')).status).toBe(204);
    expect(await known(email)).toBe(1);
  });

  test('the members of a tenant that is deleted are forgotten with it, unless they belong to another', async () => {
    const closed = await api.fresh.tenant('Closed');
    const [leaves, stays] = [await api.person(closed, 'owner'), await api.person(closed, 'owner')];
    await api.control.insertInto('memberships').values({ person: stays.id, tenant, role: 'viewer' }).execute();
    await api.control.deleteFrom('tenants').where('id', '=', closed).execute();
    expect([await known(leaves.email), await known(stays.email)]).toEqual([0, 1]);
  });

  test('the last owner cannot leave or be demoted', async () => {
    const alone = await api.fresh.tenant('Alone');
    const last = await api.person(alone, 'owner');
    await invite(newEmail(), 'owner', last.client);
    for (const { status, body } of [
      await last.client.delete<Problem>(`/v1/members/${last.id}`),
      await last.client.patch<Problem>(`/v1/members/${last.id}`, { role: 'editor' }),
    ])
      expect([status, body.detail]).toEqual([409, expect.stringContaining('somebody else an owner first')]);
    expect((await last.client.patch(`/v1/members/${last.id}`, { role: 'owner' })).status).toBe(200);
  });

  test('of two owners who remove each other at the same moment one stays', async () => {
    for (let round = 0; round < 5; round += 1) {
      const both = await api.fresh.tenant('Both');
      const [one, other] = [await api.person(both, 'owner'), await api.person(both, 'owner')];
      await Promise.all([
        one.client.delete(`/v1/members/${other.id}`),
        other.client.delete(`/v1/members/${one.id}`),
        one.client.patch(`/v1/members/${one.id}`, { role: 'viewer' }),
      ]);
      const left = await api.control.selectFrom('memberships').select('role').where('tenant', '=', both).execute();
      expect(left.map(({ role }) => role)).toContain('owner');
    }
  });

  test('nobody but an owner sees or changes who belongs here', async () => {
    const { client } = await api.person(tenant, 'editor');
    expect((await client.get('/v1/members')).status).toBe(403);
    expect((await client.post('/v1/members', { email: newEmail(), role: 'owner' })).status).toBe(403);
    expect((await client.patch(`/v1/members/${owner.id}`, { role: 'viewer' })).status).toBe(403);
  });
});

describe('the tenant', () => {
  test('has a name, a zone and a rule for overdue posts, which an owner changes', async () => {
    const mine = await api.fresh.tenant('Before');
    const { client } = await api.person(mine, 'owner');
    const change = { name: 'After', zone: 'Europe/Berlin', overdueRule: 'publish' };
    expect((await client.patch('/v1/tenant', change)).body).toMatchObject({ id: mine, ...change });
    expect((await client.get('/v1/tenant')).body).toMatchObject(change);
    expect((await client.patch('/v1/tenant', { overdueRule: 'cancel' })).body).toMatchObject({
      ...change,
      overdueRule: 'cancel',
    });
    const viewer = await api.person(mine, 'viewer');
    expect((await viewer.client.patch('/v1/tenant', change)).status).toBe(403);
    expect((await viewer.client.get('/v1/tenant')).status).toBe(200);
  });

  test.each([{ zone: '+02:00' }, { zone: 'Berlin' }, { zone: 'CET+1' }, { name: '' }, { overdueRule: 'maybe' }, {}])(
    'is not changed to %j',
    async (change) => {
      expect((await owner.client.patch('/v1/tenant', change)).status).toBe(422);
    },
  );
});
