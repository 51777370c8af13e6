import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { publishId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { asWorker, withTemporal } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { reword, settled } from './edits.ts';
import { Page } from './page.ts';
import { takenOver } from './taken-over.ts';

const neverMs = 3_600_000;
let stack: Stack;
let page: Page;

beforeAll(async () => {
  stack = await startStack({ temporal: 'own' });
  page = await Page.connect(stack);
});
afterEach(() => stack.simulator.noFaults());
afterAll(() => stack?.stop());

async function publish() {
  const post = await page.schedule();
  await page.becomes(post, 'published', 120_000);
  await eventually(async () => (await page.target(post)).permalink, { what: 'its address' });
  const { body } = await stack.member.get<{ targets: [{ metaId: string }] }>(`/v1/posts/${post.id}`);
  return { ...post, metaId: body.targets[0].metaId };
}

const asked = async (post: { id: string }, text: string) => {
  expect(await reword(stack, post, text)).toMatchObject({ status: 200, body: { results: [{ result: 'done' }] } });
};
const underWay = () =>
  eventually(async () => (await stack.simulator.faults()).every(({ hits }) => hits > 0), {
    what: 'the call to be under way',
  });
const another = () => `Another text ${crypto.randomUUID()}`;
/** What Meta has of each. */
async function atMeta(...posts: { metaId: string }[]) {
  const { posts: all } = await stack.simulator.truth<{
    posts: { id: string; message: string; publications: number }[];
  }>();
  return posts.map(({ metaId }) => {
    const { message, publications } = all.find(({ id }) => id === metaId) ?? {};
    return { message, publications };
  });
}
const slow = ({ metaId: post }: { metaId: string }, how: { doneAt: string; delayMs: number }) =>
  stack.simulator.fault({ call: 'editPost', then: 'slow', post, ...how });

test('a worker killed while it edits: each post has the text that was wished last, as Meta has it', async () => {
  // Done without an answer; not done at all; not done until something else is wished for long.
  const [done, never, late] = await Promise.all([publish(), publish(), publish()]);
  await slow(done, { doneAt: 'start', delayMs: neverMs });
  await slow(never, { doneAt: 'end', delayMs: neverMs });
  await slow(late, { doneAt: 'end', delayMs: 15_000 });
  const texts = { done: another(), never: another(), first: another(), last: another() };
  await Promise.all([asked(done, texts.done), asked(never, texts.never), asked(late, texts.first)]);
  await underWay();
  await stack.processes.kill('worker', 'SIGKILL');
  await asked(late, texts.last);
  await stack.processes.start('worker');

  expect((await settled(stack, done)).live).toEqual([texts.done]);
  const isTakenOver = async () => (await takenOver(stack, done.targets[0].id)).includes('editTarget');
  await eventually(isTakenOver, { what: 'the history to say that it was taken over' });
  // Seen at Meta, and not called for again.
  expect(await page.steps(done, 'edit')).toEqual(['done']);
  expect((await settled(stack, never)).live).toEqual([texts.never]);
  expect(await page.steps(never, 'edit')).toEqual(['unknown', 'done']);
  expect((await settled(stack, late)).live).toEqual([texts.last]);
  expect(await page.steps(late, 'edit')).toEqual(['unknown', 'done']);
  const now = await atMeta(done, never, late);
  expect(now).toEqual([texts.done, texts.never, texts.last].map((message) => ({ message, publications: 1 })));
});

test('while Temporal is down it is accepted, and done as soon as it is back', async () => {
  const post = await publish();
  await stack.processes.kill('temporal', 'SIGTERM');
  const text = another();
  await asked(post, text);
  expect((await settledNot(post)).edit?.text).toBe(text);
  await stack.processes.start('temporal');
  expect((await settled(stack, post)).live).toEqual([text]);
});

interface Pending {
  targets: [{ edit: { text: string } | null }];
}
const settledNot = async ({ id }: { id: string }) =>
  (await stack.member.get<Pending>(`/v1/posts/${id}`)).body.targets[0];

test('a workflow that is told before the wish is written waits for it, and does not strike the post off', async () => {
  const post = await publish();
  const [{ id: target }] = post.targets;
  const { control } = stack.control;
  const entries = (id: string) => control.selectFrom('workflows').select('wanted').where('id', '=', id).execute();
  const [workflow = ''] = await asWorker(stack, async (_db, tenant) => publishId(tenant, target));
  await eventually(async () => !(await entries(workflow)).length, { what: 'the workflow to be over' });
  // As the API does it, and dies before it has told anybody: first control, then the row.
  const text = another();
  await asWorker(stack, async (db, tenant) => {
    const { revision } = await db
      .selectFrom('targets')
      .select('revision')
      .where('id', '=', target)
      .executeTakeFirstOrThrow();
    const wanted = revision + 1;
    await control.insertInto('workflows').values({ id: workflow, tenant, wanted, sent: wanted }).execute();
    await withTemporal(stack, (client) => nudge(client, workflow));
    await eventually(async () => (await waitingOf(workflow)).startsWith('Scheduled'), { what: 'the workflow to wait' });
    expect(await entries(workflow)).toEqual([{ wanted }]);
    await db
      .updateTable('targets')
      .set({ revision: wanted, wished_text: text, wished_at: new Date() })
      .where('id', '=', target)
      .execute();
  });
  expect((await settled(stack, post)).live).toEqual([text]);
  await eventually(async () => !(await entries(workflow)).length, { what: 'the workflow to be over' });
});

const waitingOf = (workflow: string) =>
  withTemporal(
    stack,
    async (client) => (await client.workflow.getHandle(workflow).query<{ for: string }>('waiting')).for,
  );
