import type { Insertable } from 'kysely';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import type { Ledger } from '../../db/tenant/schema.ts';
import { publishId } from '../../workflows/ids.ts';
import { type Api, type Person, startApiFor } from './api.ts';
import { meet } from './meeting.ts';
import { seedAccount, seedConnection } from './seed.ts';

type Choice = 'live' | 'publishAgain' | 'retry' | 'cancel';
type State = 'scheduled' | 'published' | 'held' | 'failed' | 'canceled' | 'committing';

let api: Api;
let tenant: string;
let editor: Person;
let other: Person;
let account: string;
beforeAll(async () => {
  ({ api, tenant, person: editor } = await startApiFor('editor'));
  other = await api.person(tenant, 'editor');
});
beforeEach(async () => {
  account = await api.rows(tenant, async (db) => seedAccount(db, await seedConnection(db)));
});
afterAll(() => api.stop());

/** A target as the worker leaves it: it asks for one of these. */
async function asking(choices: Choice[], state: State = 'held'): Promise<string> {
  const post = { text: v7(), publishAt: '2099-01-01T00:00:00Z', targets: [{ account, kind: 'feed' }] };
  const { targets } = (await editor.client.post<{ targets: [{ id: string }] }>('/v1/posts', post)).body;
  const held = { state, choices, reason: 'It asks.', held_for: state === 'held' ? ('outcome' as const) : null };
  await api.rows(tenant, (db) => db.updateTable('targets').set(held).where('id', '=', targets[0].id).execute());
  return targets[0].id;
}

const row = (id: string) =>
  api.rows(tenant, (db) => db.selectFrom('targets').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
const entry = (id: string) =>
  api.control.selectFrom('workflows').selectAll().where('id', '=', publishId(tenant, id)).executeTakeFirstOrThrow();
const answer = (id: string, choice: string, { client } = editor, headers = {}) =>
  client.post<Problem & { targets: { id: string; state: string }[] }>(`/v1/targets/${id}/resolve`, { choice }, headers);
const noted = (subject: string) =>
  api.rows(tenant, (db) =>
    db
      .selectFrom('audit_log')
      .select(['actor', 'details'])
      .where('action', '=', 'target.resolved')
      .where('subject', '=', subject)
      .execute(),
  );

const inLedger = (
  target: string,
  entry: Pick<Insertable<Ledger>, 'step' | 'meta_id' | 'status' | 'called_at'>,
): Promise<unknown> =>
  api.rows(tenant, (db) =>
    db
      .insertInto('ledger')
      .values({ id: v7(), target, revision: 1, content_hash: Buffer.from('x'), ...entry })
      .execute(),
  );

describe('what a held post asks is answered', () => {
  test('with "it is live": published, with what Meta had answered and when', async () => {
    const id = await asking(['live', 'publishAgain']);
    const called_at = new Date('2026-01-02T03:04:05Z');
    await inLedger(id, { step: 'draft', meta_id: '61_7', status: 'done' });
    await inLedger(id, { step: 'commit', meta_id: '61_7', status: 'unknown', called_at });
    const { wanted } = await entry(id);
    expect(await answer(id, 'live')).toMatchObject({ status: 200, body: { targets: [{ id, state: 'published' }] } });
    expect(await row(id)).toMatchObject({ meta_id: '61_7', published_at: called_at, choices: [], held_for: null });
    expect((await row(id)).afresh_from).toEqual(expect.any(Date));
    expect(await entry(id)).toMatchObject({ wanted: wanted + 1, sent: wanted + 1 });
    expect(await noted(id)).toEqual([{ actor: editor.id, details: { choice: 'live' } }]);
  });

  test('with "it is live" where what was called for is not what is shown, as a container is not: published without its id', async () => {
    const id = await asking(['live', 'publishAgain']);
    const called_at = new Date('2026-01-02T03:04:05Z');
    await inLedger(id, { step: 'container', meta_id: '17_9', status: 'done' });
    await inLedger(id, { step: 'commit', meta_id: '17_9', status: 'unknown', called_at });
    expect((await answer(id, 'live')).status).toBe(200);
    expect(await row(id)).toMatchObject({ state: 'published', meta_id: null, published_at: called_at });
  });

  test('with "it is live" of what Meta had taken as a post of that id: published as that', async () => {
    const id = await asking(['live', 'publishAgain']);
    await api.rows(tenant, (db) => db.updateTable('targets').set({ meta_id: '61_8' }).where('id', '=', id).execute());
    await inLedger(id, { step: 'upload', meta_id: '4711', status: 'done' });
    await inLedger(id, { step: 'commit', meta_id: '4711', status: 'done' });
    expect((await answer(id, 'live')).status).toBe(200);
    expect(await row(id)).toMatchObject({ state: 'published', meta_id: '61_8', reason: null });
  });

  test.each(['publishAgain', 'retry'] as const)(
    'with "%s" of what had an id: the next one gets its own',
    async (choice) => {
      const id = await asking([choice], choice === 'retry' ? 'failed' : 'held');
      await api.rows(tenant, (db) => db.updateTable('targets').set({ meta_id: '61_8' }).where('id', '=', id).execute());
      expect((await answer(id, choice)).status).toBe(200);
      expect((await row(id)).meta_id).toBeNull();
    },
  );

  test('with "it is live" where Meta never said an id: published without one, which is said', async () => {
    const id = await asking(['live', 'publishAgain']);
    expect((await answer(id, 'live')).status).toBe(200);
    const published = { state: 'published', meta_id: null, published_at: expect.any(Date) };
    expect(await row(id)).toMatchObject({ ...published, reason: expect.stringContaining('no link here') });
  });

  test('with "publish again": scheduled, and nothing that lies at Meta is used', async () => {
    const id = await asking(['live', 'publishAgain']);
    expect(await answer(id, 'publishAgain')).toMatchObject({ body: { targets: [{ state: 'scheduled' }] } });
    const { afresh_from, choices, reason, revision } = await row(id);
    expect([afresh_from, choices, reason]).toEqual([expect.any(Date), [], null]);
    expect(await entry(id)).toMatchObject({ wanted: revision, sent: revision, due_at: new Date('2099-01-01') });
    expect(await noted(id)).toEqual([{ actor: editor.id, details: { choice: 'publishAgain' } }]);
  });

  test('with "try again": scheduled, with what was prepared', async () => {
    const id = await asking(['retry', 'cancel'], 'failed');
    expect(await answer(id, 'retry')).toMatchObject({ body: { targets: [{ state: 'scheduled' }] } });
    expect(await row(id)).toMatchObject({ afresh_from: null, choices: [] });
    expect(await noted(id)).toEqual([{ actor: editor.id, details: { choice: 'retry' } }]);
  });

  test('whose time has passed goes on at once', async () => {
    const id = await asking(['retry', 'cancel']);
    await api.rows(tenant, (db) =>
      db
        .updateTable('posts')
        .set({ publish_at: new Date('2026-01-01') })
        .execute(),
    );
    await answer(id, 'retry');
    expect(Math.abs(Number((await entry(id)).due_at) - Date.now())).toBeLessThan(60_000);
  });

  test('with "cancel": canceled', async () => {
    const id = await asking(['retry', 'cancel']);
    expect(await answer(id, 'cancel')).toMatchObject({ body: { targets: [{ state: 'canceled' }] } });
    expect(await noted(id)).toEqual([{ actor: editor.id, details: { choice: 'cancel' } }]);
  });
});

describe('what is not asked is refused, changes nothing and is not noted', () => {
  const refused = async (id: string, choice: string, by = editor) => {
    const before = [await row(id), await entry(id)];
    const { status, body } = await answer(id, choice, by);
    expect([await row(id), await entry(id)]).toEqual(before);
    expect(await noted(id)).toEqual([]);
    return { status, detail: body.detail };
  };

  test.each(['retry', 'cancel'])('%s of what might be live', async (choice) => {
    const id = await asking(['live', 'publishAgain']);
    expect(await refused(id, choice)).toEqual({
      status: 409,
      detail: 'This does not ask for that. It asks for one of: live, publishAgain.',
    });
  });

  test.each(['live', 'publishAgain'])('%s of what Meta refused', async (choice) => {
    expect((await refused(await asking(['retry', 'cancel'], 'failed'), choice)).status).toBe(409);
  });

  test.each(['scheduled', 'committing', 'published', 'canceled'] as const)('anything, of what is %s', async (state) => {
    const id = await asking([], state);
    for (const choice of ['live', 'publishAgain', 'retry', 'cancel'])
      expect(await refused(id, choice)).toEqual({ status: 409, detail: 'This asks for nothing.' });
  });

  test('in a state that has moved on, whatever choices its row still names', async () => {
    const id = await asking(['live', 'publishAgain', 'retry', 'cancel'], 'published');
    for (const choice of ['live', 'publishAgain', 'retry', 'cancel'])
      expect((await answer(id, choice)).status).toBe(409);
    expect([(await row(id)).state, await noted(id)]).toEqual(['published', []]);
  });

  test.each(['retry', 'publishAgain'] as const)('%s on an account that was disconnected', async (choice) => {
    const id = await asking([choice, choice === 'retry' ? 'cancel' : 'live']);
    await api.rows(tenant, (db) => db.deleteFrom('accounts').where('id', '=', account).execute());
    expect(await refused(id, choice)).toMatchObject({ status: 409, detail: expect.stringContaining('not connected') });
    expect((await answer(id, choice === 'retry' ? 'cancel' : 'live')).status).toBe(200);
  });

  test('by a viewer, by another tenant, of what there is not, and of nonsense', async () => {
    const id = await asking(['retry', 'cancel']);
    expect((await refused(id, 'retry', await api.person(tenant, 'viewer'))).status).toBe(403);
    const stranger = await api.person(await api.fresh.tenant('Other'), 'owner');
    expect((await refused(id, 'retry', stranger)).status).toBe(404);
    expect((await refused(id, 'perhaps')).status).toBe(422);
    expect((await answer(v7(), 'retry')).status).toBe(404);
  });

  test('while a commit has claimed it', async () => {
    const id = await asking(['live', 'publishAgain', 'retry', 'cancel']);
    const claim = { claimed_by: v7(), claimed_at: new Date() };
    await api.control.updateTable('workflows').set(claim).where('id', '=', publishId(tenant, id)).execute();
    for (const choice of ['live', 'publishAgain', 'retry', 'cancel'])
      expect((await refused(id, choice)).status).toBe(409);
  });
});

describe('with If-Match an answer', () => {
  const postOf = async (target: string) => {
    const { post: id } = await row(target);
    const read = await editor.client.get(`/v1/posts/${id}`);
    const reword = () => other.client.patch(`/v1/posts/${id}`, { publishAt: '2099-02-01T00:00:00Z' });
    return { id, reword, read: { 'if-match': read.headers.get('etag') ?? '' } };
  };

  test('is taken from whoever has read the post as it is, and from nobody who knows an older one', async () => {
    const id = await asking(['retry', 'cancel'], 'failed');
    const { read, reword } = await postOf(id);
    expect((await reword()).status).toBe(200);
    const before = [await row(id), await entry(id)];
    const { status, body } = await answer(id, 'retry', editor, read);
    expect([status, body.type]).toEqual([412, '/problems/stale']);
    expect([await row(id), await entry(id), await noted(id)]).toEqual([...before, []]);
    const anew = (await postOf(id)).read;
    const taken = await answer(id, 'retry', editor, anew);
    expect([taken.status, taken.headers.get('etag')]).toEqual([200, anew['if-match']]);
  });

  test.each(['live', 'publishAgain'] as const)(
    '%s is not taken where the post is edited at the same moment',
    async (choice) => {
      const id = await asking(['live', 'publishAgain']);
      const { id: post, read } = await postOf(id);
      const lock = sql`update posts set version = version + 1 where id = ${post}`;
      const [late] = await meet(api, { tenant, lock, waiting: 1 }, () => [answer(id, choice, editor, read)]);
      expect([late?.status, late?.body.type]).toEqual([412, '/problems/stale']);
      expect([(await row(id)).state, await noted(id)]).toEqual(['held', []]);
    },
  );

  test('that was carried out and not heard is not held against whoever repeats it', async () => {
    const id = await asking(['retry', 'cancel'], 'failed');
    const { read, reword } = await postOf(id);
    const headers = { 'idempotency-key': v7(), ...read };
    expect((await answer(id, 'retry', editor, headers)).status).toBe(200);
    await api.rows(tenant, (db) => db.updateTable('idempotent_answers').set({ status: null, body: null }).execute());
    expect((await reword()).status).toBe(200);
    expect((await answer(id, 'retry', editor, headers)).status).toBe(200);
    expect(await noted(id)).toHaveLength(1);
  });
});

describe('of several answers one counts', () => {
  test.each([
    ['live', 'publishAgain'],
    ['publishAgain', 'publishAgain'],
    ['retry', 'cancel'],
  ] as const)('%s and %s, said at the same moment by two people', async (one, two) => {
    for (let round = 0; round < 6; round += 1) {
      const id = await asking([...new Set([one, two])]);
      const answers = await Promise.all([answer(id, one), answer(id, two, other)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const [said, by] = answers[0].status === 200 ? [one, editor] : [two, other];
      expect(await noted(id)).toEqual([{ actor: by.id, details: { choice: said } }]);
      const { state, afresh_from, revision } = await row(id);
      expect(state).toBe(
        { live: 'published', publishAgain: 'scheduled', retry: 'scheduled', cancel: 'canceled' }[said],
      );
      expect(afresh_from !== null).toBe(said === 'publishAgain' || said === 'live');
      expect((await entry(id)).wanted).toBeGreaterThanOrEqual(revision);
    }
  });

  test('a retry that was read before it might be live is no retry any more', async () => {
    const id = await asking(['retry', 'cancel'], 'failed');
    const { promise: begun, resolve: hold } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    // Somebody else retried, and it went out without an answer: written while the second retry waits for the row.
    const meanwhile = api.rows(tenant, (db) =>
      db.transaction().execute(async (tx) => {
        const since = { state: 'held' as const, choices: ['live', 'publishAgain'], held_for: 'outcome' as const };
        await tx.updateTable('targets').set(since).where('id', '=', id).execute();
        hold();
        await released;
      }),
    );
    await begun;
    const { wanted } = await entry(id);
    const late = answer(id, 'retry');
    await expect.poll(async () => (await entry(id)).wanted, { timeout: 120_000 }).toBeGreaterThan(wanted);
    release();
    await meanwhile;
    expect((await late).status).toBe(409);
    expect(await row(id)).toMatchObject({ state: 'held', choices: ['live', 'publishAgain'] });
    expect(await noted(id)).toEqual([]);
  });

  test('a repetition is answered as the first, also where the first answer was lost before it was kept', async () => {
    const id = await asking(['live', 'publishAgain']);
    const key = { 'idempotency-key': v7() };
    expect((await answer(id, 'publishAgain', editor, key)).status).toBe(200);
    expect((await answer(id, 'publishAgain', editor, key)).status).toBe(200);
    await api.rows(tenant, (db) => db.updateTable('idempotent_answers').set({ status: null, body: null }).execute());
    expect(await answer(id, 'publishAgain', editor, key)).toMatchObject({
      status: 200,
      body: { targets: [{ state: 'scheduled' }] },
    });
    expect(await noted(id)).toHaveLength(1);
    expect((await answer(id, 'live', editor, key)).status).toBe(409);
  });
});
