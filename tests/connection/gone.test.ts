import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweep } from '../../activities/connection/sweep.ts';
import { claim } from '../../db/control/workflows/claim.ts';
import { want } from '../../db/control/workflows/want.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { publishId } from '../../workflows/ids.ts';
import { MetaLogin } from './meta-login.ts';
import { newPerson } from './person.ts';
import { connectionPlace, type Place } from './place.ts';

/** What becomes of posts whose account is chosen no more. */

let place: Place;
let tenant: string;
beforeAll(async () => {
  place = await connectionPlace();
  tenant = await place.control.tenant();
});
afterAll(() => place.close());

const rows = <T>(work: (db: TenantDb) => Promise<T>) => place.parts.tenants.use(tenant, work);

/** Two accounts of one login, of which the second is chosen no more when `leave` is called. */
async function connected() {
  const person = await newPerson(place.simulator, [{ name: `Kept ${uuidv7()}` }, { name: `Left ${uuidv7()}` }]);
  const names = person.pages.map(({ name }) => name);
  const login = await MetaLogin.connected(place, tenant, person, names);
  const [kept = '', left = ''] = names;
  const leave = async () => void (await MetaLogin.connected(place, tenant, person, [kept]));
  return { account: await login.account(left), leave };
}

/** A post as a worker has left it. */
async function seeded(account: string | null, values: Record<string, unknown>): Promise<string> {
  const [post, id] = [uuidv7(), uuidv7()];
  const publish_at = new Date(Date.now() + 3_600_000);
  const revision = (await want(place.parts.control, { id: publishId(tenant, id), tenant, dueAt: publish_at })) ?? 0;
  await rows(async (db) => {
    await db.insertInto('posts').values({ id: post, text: 'A post', publish_at, created_by: uuidv7() }).execute();
    await db
      .insertInto('targets')
      .values({ id, post, account, kind: 'feed', state: 'scheduled', revision, ...values })
      .execute();
  });
  return id;
}

const target = (id: string) =>
  rows((db) => db.selectFrom('targets').selectAll().where('id', '=', id).executeTakeFirstOrThrow());

const call = (id: string, step: 'edit' | 'delete', status: 'open' | 'armed' = 'open') =>
  rows((db) =>
    openEntry(db, {
      id: uuidv7(),
      target: id,
      step,
      metaId: '1_2',
      revision: 1,
      contentHash: Buffer.alloc(32),
      status,
    }),
  );

const published = { state: 'published', meta_id: '1_2', published_at: new Date() };
const wish = { ...published, wished_text: 'Another text', wished_at: new Date() };

test('what waits for a login, or for a person since it is late, is canceled', async () => {
  const { account, leave } = await connected();
  const held = { state: 'held', choices: ['retry', 'cancel'] };
  const [login, late] = [
    await seeded(account, { ...held, held_for: 'authorization' }),
    await seeded(account, { ...held, held_for: 'overdue' }),
  ];
  await leave();
  for (const id of [login, late])
    expect(await target(id)).toMatchObject({
      ...{ account: null, state: 'canceled', held_for: null, choices: [] },
      reason: 'The account was disconnected.',
    });
});

test('what may be live is not said to be canceled', async () => {
  const { account, leave } = await connected();
  const asks = { state: 'held', held_for: 'outcome', choices: ['live', 'publishAgain'] };
  // The second has lost its entry: nothing says any more that it was claimed.
  const ids = [await seeded(account, asks), await seeded(account, { state: 'committing' })];
  await leave();
  for (const id of ids)
    expect(await target(id)).toMatchObject({
      ...{ account: null, state: 'failed', held_for: null, choices: [] },
      reason: expect.stringContaining('before Facebook had said whether this is live. Look at the Page.'),
    });
});

test('a deletion that nobody has begun leaves the post published, and says so', async () => {
  const { account, leave } = await connected();
  const id = await seeded(account, { ...published, state: 'deleting' });
  await leave();
  expect(await target(id)).toMatchObject({
    ...{ account: null, state: 'published' },
    reason: expect.stringMatching(/stays published.*disconnected before it was deleted.*by hand/),
  });
});

test('of a deletion that nobody has heard of nobody says that the post is there', async () => {
  const { account, leave } = await connected();
  const id = await seeded(account, { ...published, state: 'deleting' });
  await call(id, 'delete');
  await leave();
  const { state, reason } = await target(id);
  expect([state, reason]).toEqual(['published', expect.stringContaining('nobody here can tell')]);
});

test('a text that nobody can change any more stays as it is, and says so', async () => {
  const { account, leave } = await connected();
  const [unbegun, unheard] = [await seeded(account, wish), await seeded(account, wish)];
  await call(unheard, 'edit');
  await leave();
  expect(await target(unbegun)).toMatchObject({
    ...{ account: null, state: 'published', wished_text: null },
    reason: expect.stringMatching(/stays as it was.*disconnected.*by hand/),
  });
  expect(await target(unheard)).toMatchObject({
    ...{ account: null, state: 'published', wished_text: null },
    reason: expect.stringMatching(/before Meta had said whether the text was changed. Look at the post/),
  });
});

test('what was decided on just when the account went is ended later; what a commit has claimed is not called canceled', async () => {
  const [scheduled, claimed, asks] = [
    await seeded(null, {}),
    await seeded(null, { state: 'armed' }),
    await seeded(null, { state: 'held', held_for: 'outcome', choices: ['live', 'publishAgain'] }),
  ];
  const due = { id: publishId(tenant, claimed), revision: 1, attempt: uuidv7() };
  await want(place.parts.control, { id: due.id, tenant, dueAt: new Date(Date.now() - 1_000) });
  expect((await claim(place.parts.control, [{ ...due, revision: 2 }])).size).toBe(1);
  await sweep({ control: place.parts.control, tenant, inTenant: rows });
  expect(await target(scheduled)).toMatchObject({ state: 'canceled' });
  for (const id of [claimed, asks])
    expect(await target(id)).toMatchObject({
      state: 'failed',
      choices: [],
      reason: expect.stringContaining('Look at the Page'),
    });
});
