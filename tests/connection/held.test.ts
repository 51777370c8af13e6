import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { connectionActivities } from '../../activities/connection/index.ts';
import { judgeCredential } from '../../activities/connection/judge-credential.ts';
import { end, noCredential } from '../../activities/publish/failing.ts';
import { pageToken } from '../../activities/publish/page-token.ts';
import { withDatabase } from '../../db/admin.ts';
import { claim } from '../../db/control/workflows/claim.ts';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { releaseClaim } from '../../db/control/workflows/release-claim.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { restored } from '../../deploy/ops/restored.ts';
import { publishId } from '../../workflows/ids.ts';
import { opsOn } from '../ops/operator.ts';
import { eventually } from '../stack/eventually.ts';
import { HeldRow } from '../stack/held-row.ts';
import { MetaLogin } from './meta-login.ts';
import { goWrong, killTokens, newPerson, type Person } from './person.ts';
import { connectionPlace, type Place } from './place.ts';
import { scheduled as schedule } from './scheduled.ts';

let place: Place;
let tenant: string;

beforeAll(async () => {
  place = await connectionPlace();
});
beforeEach(async () => {
  await place.simulator.reset();
  tenant = await place.control.tenant();
});
afterAll(() => place.close());

const rows = <T>(work: (db: TenantDb) => Promise<T>) => place.parts.tenants.use(tenant, work);
const hour = 3_600_000;

const bakery = [{ name: 'Bakery', instagram: { username: 'bread' } }, { name: 'Pottery' }];

async function connected(names = ['Bakery', 'bread', 'Pottery']): Promise<{ person: Person; login: MetaLogin }> {
  const person = await newPerson(place.simulator, bakery);
  return { person, login: await MetaLogin.connected(place, tenant, person, names) };
}

const scheduled = (account: string, dueInMs: number) => schedule(place, { tenant, account, dueInMs });
const target = (id: string) =>
  rows((db) => db.selectFrom('targets').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
const credentialsOf = (account: string) =>
  rows((db) => db.selectFrom('credentials').selectAll().where('account', '=', account).orderBy('id').execute());
const used = async (account: string) => {
  const found = await rows((db) => pageToken(place.parts, db, { tenant, account }));
  if (!found) throw new Error('No token is left');
  return found;
};
const judge = async (account: string, reaction: 'reauthorize' | 'degrade' = 'reauthorize') =>
  judgeCredential(place.parts, { tenant, account }, await used(account), { reaction });
const renew = async ({ connection }: MetaLogin) =>
  connectionActivities(place.parts).renewPageTokens({ tenant, connection, nowMs: Date.now() });
const keepUp = ({ connection }: MetaLogin) =>
  connectionActivities(place.parts).keepUp({ tenant, connection, nowMs: Date.now() });
const rule = (overdue_rule: string) => place.rule(tenant, overdue_rule);

test('3.5 a proven dead Page token is discarded at once, says since when and why, and touches its account only', async () => {
  const { person, login } = await connected();
  const [page, other] = [await login.account('Bakery'), await login.account('Pottery')];
  const [waits, elsewhere] = [await scheduled(page, hour), await scheduled(other, hour)];
  await killTokens(place.simulator, { person: person.id, page: person.pages[0]?.id ?? '', subcode: 460 });

  expect(await judge(page)).toBe('none');
  const [dead] = await credentialsOf(page);
  expect(dead).toMatchObject({ token_sealed: null, health: 'dead', diagnostic: { code: 190, subcode: 460 } });
  expect(Date.now() - (dead?.health_since.getTime() ?? 0)).toBeLessThan(60_000);
  // The Instagram account works by the very same token.
  expect(await credentialsOf(await login.account('bread'))).toMatchObject([{ token_sealed: null, health: 'dead' }]);
  expect(await credentialsOf(other)).toMatchObject([{ health: 'alive' }]);
  expect((await credentialsOf(other))[0]?.token_sealed).not.toBeNull();
  expect(await target(waits)).toMatchObject({
    ...{ state: 'held', held_for: 'authorization', choices: ['retry', 'cancel'] },
    reason: expect.stringContaining('password'),
    diagnostic: { code: 190, subcode: 460 },
  });
  expect(await target(elsewhere)).toMatchObject({ state: 'scheduled' });
  const notices = await rows((db) => db.selectFrom('notices').selectAll().where('subject', '=', page).execute());
  expect(notices).toMatchObject([{ about: 'account', remedy: 'Connect again.' }]);
});

test('what was parked for a post that is held can no longer claim; what had claimed is not touched', async () => {
  const { person, login } = await connected();
  const page = await login.account('Bakery');
  const [parked, claimed] = [await scheduled(page, -hour), await scheduled(page, -hour)];
  const before = (await target(parked)).revision;
  const attempt = { id: publishId(tenant, claimed), revision: 1, attempt: uuidv7() };
  expect((await claim(place.parts.control, [attempt])).size).toBe(1);
  await killTokens(place.simulator, { person: person.id, subcode: 460 });
  await judge(page);
  expect((await target(parked)).state).toBe('held');
  const late = { id: publishId(tenant, parked), revision: before, attempt: uuidv7() };
  expect(await claim(place.parts.control, [late])).toEqual(new Set());
  expect(await target(claimed)).toMatchObject({ state: 'scheduled', revision: 1 });
  const entry = await readEntry(place.parts.control, publishId(tenant, parked));
  expect(entry?.wanted).toBe((await target(parked)).revision);
});

test('what is being made public is not held, also where its claim was lost: its witness says what became of it', async () => {
  const { person, login } = await connected();
  const page = await login.account('Bakery');
  const called = await scheduled(page, -hour);
  await rows((db) => db.updateTable('targets').set({ state: 'committing' }).where('id', '=', called).execute());
  await killTokens(place.simulator, { person: person.id, subcode: 460 });
  await judge(page);
  expect(await target(called)).toMatchObject({ state: 'committing', held_for: null });
});

test('time-outs, faults, rate limits and unknown codes about a token change nothing', async () => {
  const { login } = await connected();
  const page = await login.account('Bakery');
  const waits = await scheduled(page, hour);
  const before = await credentialsOf(page);
  for (const [how, more] of [
    ['dropAnswer', {}],
    ['resetBefore', {}],
    ['errorButDone', {}],
    ['errorButDone', { status: 503, code: 2 }],
    ['rateLimited', { code: 4 }],
    ['refuse', { code: 999_999 }],
    ['refuse', { code: 190, subcode: 460, status: 500 }],
  ] as const) {
    await goWrong(place.simulator, 'debugToken', how, more);
    await expect(judge(page)).rejects.toMatchObject({ nonRetryable: false });
    expect(await credentialsOf(page)).toEqual(before);
    expect(await target(waits)).toMatchObject({ state: 'scheduled', revision: 1 });
  }
  expect(await judge(page)).toBe('lives');
  expect(await credentialsOf(page)).toEqual(before);
});

test('the login of another person of the tenant takes over for a dead one, and nothing is held', async () => {
  const { person, login } = await connected();
  const page = await login.account('Bakery');
  const second = await newPerson(place.simulator, []);
  await place.givesRole(second, person.pages[0]?.id ?? '');
  await MetaLogin.connected(place, tenant, second, ['Bakery']);
  expect(await credentialsOf(page)).toHaveLength(2);
  const waits = await scheduled(page, hour);
  const first = await used(page);
  await killTokens(place.simulator, { person: person.id, subcode: 467 });
  expect(await judge(page)).toBe('another');
  expect(await target(waits)).toMatchObject({ state: 'scheduled', revision: 1 });
  expect((await used(page)).id).not.toBe(first.id);
  await killTokens(place.simulator, { person: second.id, subcode: 467 });
  expect(await judge(page)).toBe('none');
  expect(await target(waits)).toMatchObject({ state: 'held' });
});

test('a permission that was taken away at Meta takes its capabilities only, and its posts wait', async () => {
  const { person, login } = await connected();
  const page = await login.account('Bakery');
  const waits = await scheduled(page, hour);
  await place.revokes(person, 'pages_manage_posts');
  expect(await judge(page, 'degrade')).toBe('none');
  const [credential] = await credentialsOf(page);
  expect(credential).toMatchObject({ health: 'alive' });
  expect(credential?.token_sealed).not.toBeNull();
  expect(credential?.scopes).not.toContain('pages_manage_posts');
  expect(credential?.scopes).toContain('pages_read_engagement');
  expect(await target(waits)).toMatchObject({
    ...{ state: 'held', held_for: 'authorization' },
    reason: expect.stringContaining('pages_manage_posts'),
  });
  await MetaLogin.of(place, tenant, person);
  await renew(login);
  expect(await target(waits)).toMatchObject({ state: 'scheduled', reason: null });
});

test('what waits for a permission goes on at the daily look once that was granted again, without a login here', async () => {
  const { person, login } = await connected();
  const page = await login.account('Bakery');
  const waits = await scheduled(page, hour);
  await place.revokes(person, 'pages_manage_posts');
  expect(await judge(page, 'degrade')).toBe('none');
  expect(await target(waits)).toMatchObject({ state: 'held' });
  await keepUp(login);
  expect(await target(waits)).toMatchObject({ state: 'held' });
  await place.code(person);
  await keepUp(login);
  expect(await target(waits)).toMatchObject({ state: 'scheduled', reason: null });
});

test('what Meta refuses though everything is granted waits for a person at the daily look too, and nothing else does', async () => {
  const { login } = await connected();
  await rule('publish');
  const page = await login.account('Bakery');
  const [refused, missing] = [await scheduled(page, -hour), await scheduled(page, hour)];
  const held = { state: 'held', held_for: 'authorization', reason: 'Because.' } as const;
  const hold = (id: string, diagnostic: object) =>
    rows((db) =>
      db
        .updateTable('targets')
        .set({ ...held, diagnostic: JSON.stringify(diagnostic) })
        .where('id', '=', id)
        .execute(),
    );
  await hold(refused, { code: 200 });
  // An earlier look found that its permission was granted again, and died.
  await hold(missing, {});
  await keepUp(login);
  expect(await target(refused)).toMatchObject(held);
  expect(await target(missing)).toMatchObject({ state: 'scheduled', reason: null });
});

async function diedAndCameBack(overdueRule?: string) {
  const { person, login } = await connected();
  if (overdueRule) await rule(overdueRule);
  const page = await login.account('Bakery');
  const [late, early] = [await scheduled(page, -hour), await scheduled(page, hour)];
  await killTokens(place.simulator, { person: person.id, subcode: 460 });
  await judge(page);
  expect([await target(late), await target(early)]).toMatchObject([{ state: 'held' }, { state: 'held' }]);
  await MetaLogin.of(place, tenant, person);
  await renew(login);
  const due = await readEntry(place.parts.control, publishId(tenant, early));
  expect(await target(early)).toMatchObject({ state: 'scheduled', held_for: null, reason: null, choices: [] });
  expect(due).toMatchObject({ wanted: (await target(early)).revision, claimedBy: null });
  expect((due?.dueAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(hour / 2);
  return late;
}

test('a new login schedules again what is not due yet; what is late asks first, unless the tenant said otherwise', async () => {
  const late = await diedAndCameBack();
  expect(await target(late)).toMatchObject({ state: 'held', held_for: 'overdue', choices: ['retry', 'cancel'] });
});

test('with the rule "publish" what is late is published when the login comes back', async () => {
  const late = await diedAndCameBack('publish');
  expect(await target(late)).toMatchObject({ state: 'scheduled', held_for: null });
  const attempt = { id: publishId(tenant, late), revision: (await target(late)).revision, attempt: uuidv7() };
  expect((await claim(place.parts.control, [attempt])).size).toBe(1);
});

test('with the rule "cancel" what is late is canceled, in words', async () => {
  const late = await diedAndCameBack('cancel');
  expect(await target(late)).toMatchObject({ state: 'canceled', reason: expect.stringContaining('had passed') });
});

test('a post that is held by a commit that has yet to give its claim back goes on with the login once it has', async () => {
  const { person, login } = await connected();
  await rule('publish');
  const page = await login.account('Bakery');
  const late = await scheduled(page, -hour);
  const [id, attempt] = [publishId(tenant, late), uuidv7()];
  await claim(place.parts.control, [{ id, revision: 1, attempt }]);
  await killTokens(place.simulator, { person: person.id, subcode: 460 });
  await judge(page);
  expect(await rows((db) => end(db, { target: late, wanted: 1 }, noCredential, 0))).toBe(true);
  await MetaLogin.of(place, tenant, person);
  await expect(renew(login)).rejects.toMatchObject({ nonRetryable: false });
  await releaseClaim(place.parts.control, id, attempt);
  await renew(login);
  expect(await target(late)).toMatchObject({ state: 'scheduled', held_for: null });
});

test('what is held for another reason than the login is not resumed by one', async () => {
  const { login } = await connected();
  const page = await login.account('Bakery');
  const asks = await scheduled(page, hour);
  await rows((db) =>
    db.updateTable('targets').set({ state: 'held', held_for: 'outcome' }).where('id', '=', asks).execute(),
  );
  await renew(login);
  expect(await target(asks)).toMatchObject({ state: 'held', held_for: 'outcome' });
});

test.each(['publish', 'ask', 'cancel'])(
  'after a restored backup a new login publishes nothing by itself that may be out already, with the rule "%s"',
  async (overdueRule) => {
    const { person, login } = await connected();
    await rule(overdueRule);
    const page = await login.account('Bakery');
    const [late, early] = [await scheduled(page, -hour), await scheduled(page, hour)];
    await killTokens(place.simulator, { person: person.id, subcode: 460 });
    await judge(page);
    const ops = await opsOn(place.control, place.temporal.namespace);
    await restored.run(ops, { words: [], flags: {} }).finally(() => ops.close());
    await MetaLogin.of(place, tenant, person);
    await renew(login);
    const asks = await target(late);
    expect(asks).toMatchObject({ state: 'held', held_for: 'outcome', choices: ['live', 'publishAgain'] });
    expect(await target(early)).toMatchObject({ state: 'scheduled', held_for: null });
  },
);

async function hold(table: 'targets' | 'credentials', id: string): Promise<HeldRow> {
  const { database } = await place.parts.control
    .selectFrom('tenants')
    .select('database')
    .where('id', '=', tenant)
    .executeTakeFirstOrThrow();
  const url = withDatabase(inject('superuserUrl'), database);
  return HeldRow.take(url, `select id from ${table} where id = $1 for update`, [id]);
}

/** Until so many transactions of the tenant wait for a lock, or this has been done without. */
async function waitingForLocks(count: number, work?: Promise<unknown>): Promise<void> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  work?.then(done, done);
  const waiting = () =>
    rows((db) =>
      sql<{ pid: number }>`select pid from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(db),
    );
  await eventually(async () => isDone || (await waiting()).rows.length >= count, { what: 'a transaction to wait' });
}

test('a post that is held just while a login comes goes on with it', async () => {
  const { person, login } = await connected();
  const page = await login.account('Bakery');
  await killTokens(place.simulator, { person: person.id, subcode: 460 });
  await judge(page);
  const waits = await scheduled(page, hour);
  await MetaLogin.of(place, tenant, person);
  const held = await hold('targets', waits);
  const holding = rows((db) => end(db, { target: waits, wanted: 1 }, noCredential, 0));
  await waitingForLocks(1);
  const renewing = renew(login);
  await waitingForLocks(2, renewing);
  await held.release();
  await Promise.all([holding, renewing]);
  expect(await target(waits)).toMatchObject({ state: 'scheduled', held_for: null });
});

test('what Meta says of a token takes nothing from the login that has come meanwhile', async () => {
  const { person, login } = await connected();
  const page = await login.account('Bakery');
  const waits = await scheduled(page, hour);
  const old = await used(page);
  await killTokens(place.simulator, { person: person.id, subcode: 460 });
  await MetaLogin.of(place, tenant, person);
  const held = await hold('credentials', old.id);
  const renewing = renew(login);
  await waitingForLocks(1);
  const judging = judgeCredential(place.parts, { tenant, account: page }, old, { reaction: 'reauthorize' });
  await waitingForLocks(2, judging);
  await held.release();
  await renewing;
  expect(await judging).toBe('another');
  expect(await credentialsOf(page)).toMatchObject([{ health: 'alive', token_sealed: expect.anything() }]);
  expect((await used(page)).token).not.toBe(old.token);
  expect(await target(waits)).toMatchObject({ state: 'scheduled' });
  const notices = await rows((db) => db.selectFrom('notices').selectAll().where('subject', '=', page).execute());
  expect(notices).toEqual([]);
});

test('a Page that Meta does not show for now leaves none of the others waiting when the login comes back', async () => {
  const { person, login } = await connected();
  const pages = [await login.account('Bakery'), await login.account('Pottery')] as const;
  const waits = [await scheduled(pages[0], hour), await scheduled(pages[1], hour)] as const;
  await killTokens(place.simulator, { person: person.id, subcode: 460 });
  for (const page of pages) await judge(page);
  await MetaLogin.of(place, tenant, person);
  for (const late of [0, 1] as const) {
    const [slow, other] = [person.pages[late]?.id, waits[1 - late] as string];
    await place.simulator.fault({ call: 'readPage', then: 'rateLimited', code: 80_001, page: slow, times: 1 });
    await expect(renew(login)).rejects.toMatchObject({ nonRetryable: false });
    expect(await target(other)).toMatchObject({ state: 'scheduled', held_for: null });
  }
});
