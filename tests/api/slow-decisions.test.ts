import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { publishId } from '../../workflows/ids.ts';
import { eventually } from '../stack/eventually.ts';
import { type Api, type Person, startApiFor } from './api.ts';
import { seedAccount, seedConnection } from './seed.ts';

/** Longer than a decision may take. */
const standstillMs = 9_500;
let api: Api;
let tenant: string;
let owner: Person;
beforeAll(async () => {
  ({ api, tenant, person: owner } = await startApiFor('owner'));
});
afterAll(() => api?.stop());

async function scheduled() {
  const { connection, account } = await api.rows(tenant, async (db) => {
    const connection = await seedConnection(db);
    return { connection, account: await seedAccount(db, connection) };
  });
  const post = { text: 'Slow', publishAt: '2099-01-01T00:00:00Z', targets: [{ account, kind: 'feed' }] };
  const { targets } = (await owner.client.post<{ targets: [{ id: string }] }>('/v1/posts', post)).body;
  return { connection, target: targets[0].id };
}

const wanted = async (target: string) => {
  const entries = api.control.selectFrom('workflows').select('wanted').where('id', '=', publishId(tenant, target));
  return (await entries.executeTakeFirstOrThrow()).wanted;
};
const stateOf = (target: string) =>
  api.rows(tenant, async (db) => {
    const row = await db.selectFrom('targets').select('state').where('id', '=', target).executeTakeFirst();
    return row?.state;
  });

/** The process stands still after the request has said in control what is wanted, and before it has written the target. */
function standingStill<T>(target: string, send: () => Promise<T>): Promise<T> {
  return api.rows(tenant, async (holder) => {
    const before = await wanted(target);
    const { sent } = await holder.transaction().execute(async (tx) => {
      await tx.selectFrom('targets').select('id').where('id', '=', target).forUpdate().execute();
      const request = { sent: send() };
      await eventually(async () => (await wanted(target)) > before, { what: 'control to be told' });
      const now = performance.now.bind(performance);
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + standstillMs);
      onTestFinished(() => clock.mockRestore());
      return request;
    });
    return sent;
  });
}

test.each([
  ['retry', 'scheduled'],
  ['cancel', 'canceled'],
])('the answer "%s" that took too long is given again by itself', async (choice, state) => {
  const { target } = await scheduled();
  const asking = { state: 'held' as const, choices: ['retry', 'cancel'], held_for: 'overdue' as const };
  await api.rows(tenant, (db) => db.updateTable('targets').set(asking).where('id', '=', target).execute());
  const answer = () => owner.client.post(`/v1/targets/${target}/resolve`, { choice });
  expect((await standingStill(target, answer)).status).toBe(200);
  expect(await stateOf(target)).toBe(state);
});

test('a disconnection that took too long to cancel what is scheduled begins again with it', async () => {
  const { connection, target } = await scheduled();
  const remove = () => owner.client.delete(`/v1/connections/${connection}`);
  const { status, body } = await standingStill(target, remove);
  expect([status, body]).toEqual([202, expect.objectContaining({ canceled: [target] })]);
  expect(await stateOf(target)).toBe('canceled');
});
