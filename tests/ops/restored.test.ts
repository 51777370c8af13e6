import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OpsFailure } from '../../deploy/ops/command.ts';
import { restored } from '../../deploy/ops/restored.ts';
import { beginOperating, type Operator } from './operator.ts';

const hourMs = 3_600_000;
let operator: Operator;

beforeAll(async () => {
  operator = await beginOperating();
});
afterAll(() => operator?.close());

const hold = (since: Date) => restored.run(operator.ops, { words: [since.toISOString()], flags: {} });

async function target(state: 'scheduled' | 'armed' | 'committing' | 'published', dueInMs: number): Promise<string> {
  const [post, id] = [uuidv7(), uuidv7()];
  const publish_at = new Date(Date.now() + dueInMs);
  await operator.ops.tenants.use(operator.tenant, async (db) => {
    await db.insertInto('posts').values({ id: post, text: 'a', publish_at, created_by: post }).execute();
    await db.insertInto('targets').values({ id, post, account: operator.account, kind: 'feed', state }).execute();
  });
  return id;
}

const read = (id: string) =>
  operator.ops.tenants.use(operator.tenant, (db) =>
    db.selectFrom('targets').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  );

test('what was due since the backup is held, and nothing else', async () => {
  const due = [await target('scheduled', -hourMs), await target('armed', -60_000)];
  const others = [
    await target('scheduled', hourMs),
    await target('scheduled', -3 * hourMs),
    await target('committing', -hourMs),
    await target('published', -hourMs),
  ];
  const before = await Promise.all(others.map(read));
  const { exit, json } = await hold(new Date(Date.now() - 2 * hourMs));
  expect([exit, json]).toMatchObject([0, { held: 2, tenants: [{ tenant: operator.tenant, held: 2 }] }]);
  for (const id of due)
    expect(await read(id)).toMatchObject({
      ...{ state: 'held', held_for: 'outcome', choices: ['live', 'publishAgain'] },
      reason: expect.stringContaining('restored from a backup'),
    });
  expect(await Promise.all(others.map(read))).toEqual(before);
  expect((await hold(new Date(Date.now() - 2 * hourMs))).json).toMatchObject({ held: 0 });
});

test('a time that is none, or lies ahead, is refused', async () => {
  for (const word of ['', 'yesterday', '1', '2026', '2026-03-01', '2026-03-01T02:00:00', '2026-13-01T02:00:00Z'])
    await expect(restored.run(operator.ops, { words: [word], flags: {} }), word).rejects.toThrow(OpsFailure);
  await expect(hold(new Date(Date.now() + hourMs))).rejects.toThrow(OpsFailure);
});
