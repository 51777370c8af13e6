import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../../api/routes.ts';
import { type Api, type Person, password, startApiFor } from './api.ts';
import { images, seedAccount, seedConnection, seedFound } from './seed.ts';

interface Entry {
  id: string;
  at: string;
  actor: { kind: string; id: string | null; name: string | null };
  action: string;
  subject: string | null;
}

let api: Api;
let tenant: string;
let owner: Person;
beforeAll(async () => {
  ({ api, tenant, person: owner } = await startApiFor('owner', 'Ours'));
});
afterAll(() => api.stop());

const read = async (query = '') =>
  (await owner.client.get<{ items: Entry[]; next: string | null }>(`/v1/audit${query}`)).body;

/** One successful command a route, and what the log then says of it. */
const commands: Record<string, () => Promise<[answer: { status: number }, action: string]>> = {
  'post /v1/session': async () => {
    const { email } = await api.person(tenant, 'viewer');
    return [await api.stranger().post('/v1/session', { email, password }), 'session.begun'];
  },
  'patch /v1/session': async () => {
    const { id, client } = await api.person(tenant, 'viewer');
    const second = await api.fresh.tenant('Second');
    await api.control.insertInto('memberships').values({ person: id, tenant: second, role: 'viewer' }).execute();
    return [await client.patch('/v1/session', { tenant: second }), 'session.left'];
  },
  'delete /v1/session': async () => {
    const { client } = await api.person(tenant, 'viewer');
    return [await client.delete('/v1/session'), 'session.ended'];
  },
  'patch /v1/tenant': async () => [await owner.client.patch('/v1/tenant', { name: 'Ours too' }), 'tenant.changed'],
  'post /v1/me/password': async () => {
    const { client } = await api.person(tenant, 'viewer');
    return [
      await client.post('/v1/me/password', { current: password, password: `new ${password}` }),
      'password.changed',
    ];
  },
  'post /v1/members': async () => [await invite('first@example.test'), 'member.invited'],
  'patch /v1/members/{id}': async () => {
    const { id } = await api.person(tenant, 'viewer');
    return [await owner.client.patch(`/v1/members/${id}`, { role: 'editor' }), 'member.changed'];
  },
  'delete /v1/members/{id}': async () => {
    const { id } = await api.person(tenant, 'viewer');
    return [await owner.client.delete(`/v1/members/${id}`), 'member.removed'];
  },
  'post /v1/invitations/accept': async () => {
    const { invitation } = (await invite('second@example.test')).body;
    const body = { invitation, name: 'Second', password: 'a password of my own' };
    return [await api.stranger().post('/v1/invitations/accept', body), 'member.joined'];
  },
  'post /v1/api-keys': async () => [await makeKey(), 'api-key.made'],
  'delete /v1/api-keys/{id}': async () => {
    const { id } = (await makeKey()).body;
    return [await owner.client.delete(`/v1/api-keys/${id}`), 'api-key.revoked'];
  },
  'post /v1/authorizations': async () => [await owner.client.post('/v1/authorizations'), 'authorization.begun'],
  'put /v1/connections/{id}/accounts': async () => {
    const { connection, found } = await api.rows(tenant, async (db) => {
      const connection = await seedConnection(db, 'choosing');
      return { connection, found: await seedFound(db, connection, 'Bakery') };
    });
    const answer = await owner.client.put(`/v1/connections/${connection}/accounts`, { accounts: [found] });
    return [answer, 'connection.accounts-chosen'];
  },
  'post /v1/connections/{id}/reauthorize': async () => [
    await owner.client.post(`/v1/connections/${await connection()}/reauthorize`),
    'authorization.begun',
  ],
  'post /v1/connections/{id}/refresh': async () => [
    await owner.client.post(`/v1/connections/${await connection()}/refresh`),
    'connection.refresh',
  ],
  'delete /v1/connections/{id}': async () => [
    await owner.client.delete(`/v1/connections/${await connection()}`),
    'connection.disconnect',
  ],
  'post /v1/targets/{id}/resolve': async () => {
    const account = await api.rows(tenant, async (db) => seedAccount(db, await seedConnection(db)));
    const post = { text: 'x', targets: [{ account, kind: 'feed' }] };
    const { targets } = (await owner.client.post<{ targets: [{ id: string }] }>('/v1/posts', post)).body;
    const held = { state: 'held' as const, choices: ['cancel'] };
    await api.rows(tenant, (db) => db.updateTable('targets').set(held).where('id', '=', targets[0].id).execute());
    return [await owner.client.post(`/v1/targets/${targets[0].id}/resolve`, { choice: 'cancel' }), 'target.resolved'];
  },
  'delete /v1/notices/{id}': async () => {
    const id = v7();
    const notice = { id, about: 'connection', subject: id, words: 'Look at it.' };
    await api.rows(tenant, (db) => db.insertInto('notices').values(notice).execute());
    return [await owner.client.delete(`/v1/notices/${id}`), 'notice.dismissed'];
  },
  'post /v1/media': async () => [await owner.client.post('/v1/media', images.png), 'media.uploaded'],
  'delete /v1/media/{id}': async () => {
    const { id } = (await owner.client.post<{ id: string }>('/v1/media', images.gif)).body;
    return [await owner.client.delete(`/v1/media/${id}`), 'media.deleted'];
  },
  'post /v1/posts': async () => [await schedule(), 'post.scheduled'],
  'patch /v1/posts/{id}': async () => {
    const { id } = (await schedule()).body;
    return [await owner.client.patch(`/v1/posts/${id}`, { text: 'y' }), 'post.changed'];
  },
  'delete /v1/posts/{id}': async () => {
    const { id } = (await schedule()).body;
    return [await owner.client.delete(`/v1/posts/${id}`), 'post.canceled'];
  },
  'post /v1/posts/{id}/publish': async () => {
    const { id } = (await schedule()).body;
    return [await owner.client.post(`/v1/posts/${id}/publish`), 'post.published-now'];
  },
};

const connection = () => api.rows(tenant, (db) => seedConnection(db));
const invite = (email: string) => owner.client.post<{ invitation: string }>('/v1/members', { email, role: 'viewer' });
const schedule = async () => {
  const account = await api.rows(tenant, async (db) => seedAccount(db, await seedConnection(db)));
  return owner.client.post<{ id: string }>('/v1/posts', { text: 'x', targets: [{ account, kind: 'feed' }] });
};
const makeKey = () => owner.client.post<{ id: string }>('/v1/api-keys', { name: 'A key', role: 'viewer' });

/** Says what would be refused; keeps and changes nothing. */
const asking = ['post /v1/posts/check'];

const changing = routes
  .map(({ definition: { method, path } }) => `${method} ${path}`)
  .filter((name) => !name.startsWith('get ') && !asking.includes(name));

test.each(changing)('%s is in the log, with who did it', async (name) => {
  const command = commands[name];
  if (!command) throw new Error('Add a successful command of this route above: every command has an entry.');
  const before = new Set((await read()).items.map(({ id }) => id));
  const [answer, action] = await command();
  expect(answer.status).toBeLessThan(300);
  const fresh = (await read()).items.filter(({ id }) => !before.has(id));
  expect(fresh.map((entry) => entry.action)).toContain(action);
  for (const entry of fresh)
    if (entry.action === action) expect(entry.actor).toMatchObject({ kind: 'person', name: expect.any(String) });
});

test('what was refused is not in the log', async () => {
  const before = (await read()).items[0]?.id;
  await owner.client.delete(`/v1/members/${owner.id}`);
  await owner.client.delete(`/v1/api-keys/${v7()}`);
  await owner.client.patch('/v1/tenant', { zone: 'nowhere' });
  expect((await read()).items[0]?.id).toBe(before);
});

test('a session that moves to another tenant is left in one log and entered in the other, and neither names the other', async () => {
  const second = await api.fresh.tenant('Elsewhere');
  const [person, theirs] = [await api.person(tenant, 'viewer'), await api.person(second, 'owner')];
  await api.control.insertInto('memberships').values({ person: person.id, tenant: second, role: 'viewer' }).execute();
  await person.client.patch('/v1/session', { tenant: second });
  await person.client.patch('/v1/session', { tenant: second });
  const of = ({ items }: { items: Entry[] }) => items.filter(({ actor }) => actor.id === person.id);
  const [left, entered] = [of(await read()), of((await theirs.client.get<{ items: Entry[] }>('/v1/audit')).body)];
  expect(left.map(({ action }) => action)).toEqual(['session.left', 'session.begun']);
  expect(entered.map(({ action }) => action)).toEqual(['session.entered']);
  expect(JSON.stringify(left)).not.toContain(second);
  expect(JSON.stringify(entered)).not.toContain(tenant);
});

test('a login in the place of another session ends that one, in the log too', async () => {
  const { id, client, email } = await api.person(tenant, 'viewer');
  expect((await client.post('/v1/session', { email, password })).status).toBe(200);
  const mine = (await read()).items.filter(({ actor }) => actor.id === id);
  expect(mine.map(({ action }) => action)).toEqual(['session.begun', 'session.ended', 'session.begun']);
  const [, ended, first] = mine;
  expect(ended?.subject).toBe(first?.subject);
});

test('whoever is no member any more has no name in the log, wherever else they are one', async () => {
  const { id } = await api.person(tenant, 'viewer');
  const elsewhere = await api.fresh.tenant('Where they stay');
  await api.control.insertInto('memberships').values({ person: id, tenant: elsewhere, role: 'viewer' }).execute();
  await owner.client.delete(`/v1/members/${id}`);
  const theirs = (await read()).items.filter(({ actor }) => actor.id === id);
  expect(theirs).toMatchObject([{ action: 'session.begun', actor: { name: null } }]);
});

test('it is read page by page, latest first, each entry once', async () => {
  const all = (await read('?limit=200')).items;
  const paged: Entry[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const page: { items: Entry[]; next: string | null } = await read(`?limit=4${next && `&cursor=${next}`}`);
    paged.push(...page.items);
    next = page.next;
  }
  expect(all.length).toBeGreaterThan(8);
  expect(paged).toEqual(all);
  expect(all.map(({ at }) => at)).toEqual(
    all
      .map(({ at }) => at)
      .sort()
      .reverse(),
  );
  expect((await owner.client.get('/v1/audit?cursor=x')).status).toBe(422);
});

test('what a key does is said of the key', async () => {
  const made = await owner.client.post<{ id: string; secret: string }>('/v1/api-keys', {
    name: 'Robot',
    role: 'owner',
  });
  const byKey = { authorization: `Bearer ${made.body.secret}` };
  await api.stranger().send('PATCH', '/v1/tenant', { name: 'By a robot' }, byKey);
  expect((await read('?limit=1')).items[0]?.actor).toEqual({ kind: 'api-key', id: made.body.id, name: 'Robot' });
});
