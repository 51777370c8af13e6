import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { film } from './films.ts';
import { Page, type Post, type Target } from './page.ts';
import { takenOver } from './taken-over.ts';

const withinMs = 120_000;
let stack: Stack;
let page: Page;

beforeAll(async () => {
  stack = await startStack({ temporal: 'own', env: { WITNESS_DELAY_FACTOR: '0.05' } });
  page = await Page.connect(stack);
});
afterEach(() => stack.simulator.noFaults());
afterAll(() => stack?.stop());

interface Answer {
  detail?: string;
  results?: { result: string; words: string }[];
}
const remove = ({ id }: Pick<Post, 'id'>) => stack.member.delete<Answer>(`/v1/posts/${id}`);
const removed = async (post: Post) => {
  expect(await remove(post)).toMatchObject({ status: 200, body: { results: [{ result: 'done' }] } });
};

async function publish(post: Record<string, unknown> = {}): Promise<Post & { text: string }> {
  const made = await page.schedule(post);
  await page.becomes(made, 'published', withinMs);
  return made;
}

/** Waits until it was tried, and is not any more. */
const stays = (post: Post): Promise<Target> =>
  eventually(
    async () => {
      const target = await page.target(post);
      if (target.state === 'published' && target.reason) return target;
      throw new Error(`it is ${target.state}: ${target.reason}`);
    },
    { withinMs, what: 'a reason why it stays' },
  );

const lost = ['dropAnswer', 'errorButDone', 'badRequestButDone'];
test.each(lost)('a published post is gone at Meta, also when %s is what the call meets', async (then) => {
  await stack.simulator.fault({ call: 'deletePost', then, times: 1 });
  const post = await publish();
  await removed(post);
  await page.becomes(post, 'deleted', withinMs);
  expect(await page.everMade(post)).toMatchObject([{ isPublished: false, publications: 1 }]);
  const steps = await page.steps(post, 'delete');
  expect([steps[0], steps.at(-1)]).toEqual(['unknown', 'done']);
  expect(await remove(post)).toMatchObject({ status: 200, body: { results: [{ result: 'unchanged' }] } });
});

test('a reel is deleted, though its file was deleted here before', async () => {
  const media = await page.uploadFile(film('upright'));
  const post = await publish({ kind: 'reel', media: [{ id: media }] });
  expect((await stack.member.delete(`/v1/media/${media}`)).status).toBe(204);
  await removed(post);
  await page.becomes(post, 'deleted', withinMs);
  expect(await page.everMade(post)).toMatchObject([{ deletedAt: expect.any(String) }]);
});

test('a story of a Page stays, since Meta has no way, and that is said at once', async () => {
  const post = await publish({ kind: 'story', text: null, media: [{ id: await page.upload() }] });
  expect(await remove(post)).toMatchObject({ status: 409, body: { detail: expect.stringContaining('no way') } });
  expect((await page.target(post)).state).toBe('published');
});

test('a post that Meta does not delete stays published, says why, and can be tried again', async () => {
  await stack.simulator.fault({ call: 'deletePost', then: 'refuse', code: 200, times: 1 });
  const post = await publish();
  await removed(post);
  expect((await stays(post)).reason).toContain('stays published');
  expect(await page.everMade(post)).toMatchObject([{ isPublished: true, publications: 1, deletedAt: null }]);
  await removed(post);
  await page.becomes(post, 'deleted', withinMs);
});

test('a post that Meta says not to have, but shows, stays published', async () => {
  await stack.simulator.fault({ call: 'deletePost', then: 'refuse', code: 100, subcode: 33, times: 1 });
  const post = await publish();
  await removed(post);
  await stays(post);
  expect(await page.everMade(post)).toMatchObject([{ isPublished: true, deletedAt: null }]);
});

test('a post that Meta neither deletes nor shows, nor any other of the Page, is not said to be gone', async () => {
  const post = await publish();
  for (const call of ['deletePost', 'readPost', 'listPosts'])
    await stack.simulator.fault({ call, then: 'refuse', code: 100, subcode: 33, times: 'always' });
  await removed(post);
  expect((await stays(post)).reason).toContain('nobody here can tell');
  expect(await page.everMade(post)).toMatchObject([{ isPublished: true, deletedAt: null }]);
});

test('a post that is listed is not gone, whatever else Meta says of it', async () => {
  const post = await publish();
  for (const call of ['deletePost', 'readPost'])
    await stack.simulator.fault({ call, then: 'refuse', code: 100, subcode: 33, times: 'always' });
  await removed(post);
  expect((await stays(post)).reason).toContain('Meta shows it');
});

test('a post that somebody deleted by hand is gone', async () => {
  const post = await publish();
  const [made] = await page.everMade(post);
  await fetch(`${stack.urls.simulator}/sim/posts/${made?.id}`, { method: 'DELETE' });
  await removed(post);
  await page.becomes(post, 'deleted', withinMs);
});

test('a worker killed while it deletes: the post is gone, and known to be', async () => {
  await stack.simulator.fault({ call: 'deletePost', then: 'slow', doneAt: 'start', delayMs: withinMs, times: 1 });
  const post = await publish();
  await removed(post);
  const underWay = async () => (await stack.simulator.faults()).some(({ hits }) => hits);
  await eventually(underWay, { withinMs, what: 'the call to be under way' });
  await stack.processes.restart('worker', 'SIGKILL');
  await page.becomes(post, 'deleted', withinMs);
  const takenOverBy = async () => (await takenOver(stack, post.targets[0].id)).includes('deleteTarget');
  await eventually(takenOverBy, { what: 'the history to say that it was taken over' });
  expect(await page.everMade(post)).toMatchObject([{ publications: 1, deletedAt: expect.any(String) }]);
  expect(await page.steps(post, 'delete')).toEqual(['done']);
});

test('while Temporal is down it is accepted, and done as soon as it is back', async () => {
  const post = await publish();
  await stack.processes.kill('temporal', 'SIGTERM');
  await removed(post);
  expect((await page.target(post)).state).toBe('deleting');
  await stack.processes.start('temporal');
  await page.becomes(post, 'deleted', withinMs);
  expect(await page.everMade(post)).toMatchObject([{ deletedAt: expect.any(String) }]);
});
