import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { carryOut, type Order } from '../../api/posts/carry-out.ts';
import { readStanding } from '../../api/posts/standing.ts';
import { connectControl } from '../../db/control/connect.ts';
import { type Entry, readEntry } from '../../db/control/workflows/read-entry.ts';
import { wantAll } from '../../db/control/workflows/want-all.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { decide } from '../../db/tenant/targets/decide.ts';
import { reviveIn } from '../../workers/revive.ts';
import { publishId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { settled } from '../publish/edits.ts';
import type { Post } from '../publish/page.ts';
import { asWorker } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Scene, startScene } from './scene.ts';

const inAnHour = 3_600_000;
let scene: Scene;

beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene?.stop());

const workflowOf = ({ targets: [{ id }] }: Post) => publishId(scene.tenant, id);
const entryOf = (post: Post): Promise<Entry | undefined> => readEntry(scene.stack.control.control, workflowOf(post));
const revive = () => asWorker(scene.stack, (db, id) => reviveIn(scene.stack.control.control, id, db));

/** Neither Temporal nor control knows of it any more: both were restored from a backup that is older than the post. */
async function lose(post: Post): Promise<void> {
  const handle = scene.client.workflow.getHandle(workflowOf(post));
  // What it reads when it begins would put the entry back, also once it is over.
  const rests = async () => (await handle.describe()).typedSearchAttributes.get(searchAttributes.state) === 'waiting';
  await eventually(rests, { what: 'the workflow to wait for its time' });
  await handle.terminate('lost with the database').catch(() => 'it was over');
  const owner = connectControl(scene.stack.control.ownerUrl, { maxConnections: 1 });
  await owner.deleteFrom('workflows').where('id', '=', workflowOf(post)).execute();
  await owner.destroy();
}

/** An attempt at making it public, as the ledger has it, and its target in this state. */
async function openCommit(post: Post, status: 'armed' | 'open', state: 'armed' | 'committing'): Promise<string> {
  const [id, target] = [uuidv7(), post.targets[0].id];
  await asWorker(scene.stack, async (db) => {
    const call = { step: 'commit', revision: 1, contentHash: Buffer.alloc(32), metaId: '1' } as const;
    await openEntry(db, { ...call, id, target, status });
    await sql`update targets set state = ${state}, since = clock_timestamp() where id = ${target}`.execute(db);
  });
  return id;
}

test('a post that stands in no list of what should be alive is put there again, at its own time', async () => {
  const post = await scene.page.schedule({ dueInMs: inAnHour });
  await lose(post);
  await revive();
  expect((await entryOf(post))?.dueAt?.toISOString()).toBe(post.publishAt);
  await eventually(
    async () => (await scene.client.workflow.getHandle(workflowOf(post)).describe()).status.name === 'RUNNING',
    {
      what: 'its workflow to run again',
    },
  );
  expect((await scene.page.target(post)).state).toBe('scheduled');
});

test('a deletion that stands in no list of what should be alive is done all the same', async () => {
  const post = await scene.page.schedule();
  await scene.page.becomes(post, 'published', 120_000);
  await eventually(async () => !(await entryOf(post)), { what: 'the workflow to be over' });
  await asWorker(scene.stack, (db) =>
    db.updateTable('targets').set({ state: 'deleting' }).where('id', '=', post.targets[0].id).execute(),
  );
  await revive();
  await scene.page.becomes(post, 'deleted', 120_000);
});

test('an edit of a published text that stands in no list of what should be alive is done all the same', async () => {
  const post = await scene.page.schedule();
  await scene.page.becomes(post, 'published', 120_000);
  await eventually(async () => !(await entryOf(post)), { what: 'the workflow to be over' });
  const wish = { wished_text: 'Another text', wished_at: sql<Date>`clock_timestamp()` };
  await asWorker(scene.stack, (db) =>
    db.updateTable('targets').set(wish).where('id', '=', post.targets[0].id).execute(),
  );
  await revive();
  expect((await settled(scene.stack, post)).live).toEqual(['Another text']);
  expect(await scene.page.publications({ text: 'Another text' })).toBe(1);
});

test('what has lost its account, and with it everybody who could go on with it, comes to an end', async () => {
  const [scheduled, deleting] = [await scene.page.schedule({ dueInMs: inAnHour }), await scene.page.schedule()];
  await scene.page.becomes(deleting, 'published', 120_000);
  await eventually(async () => !(await entryOf(deleting)), { what: 'the workflow to be over' });
  await asWorker(scene.stack, async (db) => {
    const ids = [scheduled, deleting].map(({ targets: [{ id }] }) => id);
    await db.updateTable('targets').set({ account: null }).where('id', 'in', ids).execute();
    await db.updateTable('targets').set({ state: 'deleting' }).where('id', '=', deleting.targets[0].id).execute();
  });
  await revive();
  expect(await scene.page.target(scheduled)).toMatchObject({ state: 'canceled' });
  expect(await scene.page.target(deleting)).toMatchObject({
    state: 'published',
    reason: expect.stringContaining('disconnected before it was deleted'),
  });
});

test('what may have been made public when its entry was lost is claimed again, and not called for anew', async () => {
  const post = await scene.page.schedule({ dueInMs: inAnHour });
  await lose(post);
  const attempt = await openCommit(post, 'armed', 'committing');
  await revive();
  expect(await entryOf(post)).toMatchObject({ claimedBy: attempt, claimedAt: expect.any(Date) });
});

test('what was due when its entry was lost may have been called for, and is looked for first', async () => {
  const post = await scene.page.schedule({ dueInMs: inAnHour });
  await lose(post);
  const attempt = await openCommit(post, 'armed', 'armed');
  await asWorker(scene.stack, (db) =>
    sql`update posts set publish_at = clock_timestamp() where id = ${post.id}`.execute(db),
  );
  await revive();
  expect(await entryOf(post)).toMatchObject({ claimedBy: attempt, claimedAt: expect.any(Date) });
});

test('what was being made public is claimed again also where its entry is there as it was before the claim', async () => {
  const post = await scene.page.schedule({ dueInMs: inAnHour });
  const attempt = await openCommit(post, 'open', 'committing');
  await nudge(scene.client, workflowOf(post));
  await eventually(async () => (await entryOf(post))?.claimedBy === attempt, { what: 'it to be claimed' });
});

test('an entry that is as it was before the post got another time gets that of the row', async () => {
  const post = await scene.page.schedule({ dueInMs: inAnHour });
  const target = post.targets[0].id;
  const later = new Date(Date.now() + 2 * inAnHour).toISOString();
  await asWorker(scene.stack, (db) =>
    db.transaction().execute(async (trx) => {
      await sql`update targets set revision = 5 where id = ${target}`.execute(trx);
      await sql`update posts set publish_at = ${later} where id = ${post.id}`.execute(trx);
    }),
  );
  await nudge(scene.client, workflowOf(post));
  await eventually(async () => (await entryOf(post))?.dueAt?.toISOString() === later, { what: 'it to have its time' });
  expect((await entryOf(post))?.wanted).toBe(5);
});

test('what was parked before its entry was lost can claim nothing any more', async () => {
  const post = await scene.page.schedule({ dueInMs: inAnHour });
  const before = await entryOf(post);
  await lose(post);
  await revive();
  const after = await entryOf(post);
  expect(after?.wanted).toBe((before?.wanted ?? 0) + 1);
  const [row] = await asWorker(scene.stack, (db) =>
    db.selectFrom('targets').select('revision').where('id', '=', post.targets[0].id).executeTakeFirst(),
  );
  expect(row?.revision).toBe(after?.wanted);
});

test('an entry that a command has left without a time gets that of its row, and is not due before', async () => {
  const post = await scene.page.schedule({ dueInMs: inAnHour });
  await lose(post);
  // The command's transaction is rolled back.
  await wantAll(scene.stack.control.control, scene.tenant, [{ id: workflowOf(post), above: 1 }]);
  await nudge(scene.client, workflowOf(post));
  await eventually(async () => (await entryOf(post))?.dueAt?.toISOString() === post.publishAt, {
    what: 'it to have its time',
  });
  expect((await scene.page.target(post)).state).toBe('scheduled');
});

test('a command that leaves a post as it is keeps nobody waiting for its transaction', async () => {
  const post = await scene.page.schedule({ dueInMs: inAnHour });
  const { id } = post.targets[0];
  const revisions = await asWorker(scene.stack, async (db, own) => {
    const { control } = scene.stack.control;
    const stores = { control, tenant: own, inTenant: <T>(work: (trx: typeof db) => Promise<T>) => work(db) };
    const candidate = { id, revision: 1, workflow: workflowOf(post) };
    const refused = { state: 'canceled', reason: null, from: ['scheduled'], still: async () => false } as const;
    expect((await decide(stores, [candidate], refused)).decided).toEqual([]);
    return (await db.selectFrom('targets').select('revision').where('id', '=', id).executeTakeFirstOrThrow()).revision;
  });
  expect(revisions).toEqual([(await entryOf(post))?.wanted]);
  expect((await scene.page.target(post)).state).toBe('scheduled');
});

test('a command that somebody else came before keeps nobody waiting for its transaction', async () => {
  const post = await scene.page.schedule({ dueInMs: inAnHour });
  const [row] = await asWorker(scene.stack, async (db, own) => {
    const standing = await readStanding(db, post.id);
    if (!standing) throw new Error('The post is not there');
    const cancel: Order = {
      targets: standing.targets,
      dueAt: null,
      becomes: () => 'canceled',
      write: async () => true,
    };
    const before = { ...standing, version: standing.version - 1 };
    expect(await carryOut({ control: scene.stack.control.control, db, tenant: own }, before, cancel)).toBe('overtaken');
    return db.selectFrom('targets').select('revision').where('post', '=', post.id).executeTakeFirstOrThrow();
  });
  expect(row?.revision).toBe((await entryOf(post))?.wanted);
  expect((await scene.page.target(post)).state).toBe('scheduled');
});

test('a command that is written later than any should be keeps the time that it said', async () => {
  const post = await scene.page.schedule({ dueInMs: inAnHour });
  const [{ id: target }] = post.targets;
  const [dueAt, workflow] = [new Date(Date.now() + 2 * inAnHour), workflowOf(post)];
  const { control } = scene.stack.control;
  const revisions = await wantAll(control, scene.tenant, [{ id: workflow, above: 1, dueAt }]);
  const revision = revisions.get(workflow) ?? 0;
  const [written, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const writing = asWorker(scene.stack, (db) =>
    db.transaction().execute(async (trx) => {
      await trx.updateTable('posts').set({ publish_at: dueAt }).where('id', '=', post.id).execute();
      await trx.updateTable('targets').set({ revision }).where('id', '=', target).execute();
      written.resolve();
      await goOn.promise;
    }),
  );
  await written.promise;
  await sql`update workflows set wanted_at = wanted_at - interval '20 seconds' where id = ${workflow}`.execute(control);
  await nudge(scene.client, workflow);
  const waiting = () =>
    asWorker(scene.stack, (db) =>
      sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(db),
    );
  await eventually(async () => (await waiting()).some(({ rows }) => rows.length), { what: 'its row to be waited for' });
  goOn.resolve();
  await writing;
  expect((await entryOf(post))?.dueAt).toEqual(dueAt);
  expect((await scene.page.target(post)).state).toBe('scheduled');
});
