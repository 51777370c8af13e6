import { afterAll, beforeAll, expect, test } from 'vitest';
import { routeHash } from '../../db/vault/route-hash.ts';
import { newPerson } from '../connection/person.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { decideOn } from './decision.ts';
import { Page, type Post } from './page.ts';

const withinMs = 120_000;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.02' } });
});
afterAll(() => stack?.stop());

type Made = Post & { text: string };

/** A Page of its own, on which the first drafts meet this. */
async function pageWhere(then: string, times = 1): Promise<Page> {
  const person = await newPerson(stack.simulator, [{ name: `Page ${crypto.randomUUID()}` }]);
  const page = await Page.connect(stack, person.id);
  await stack.simulator.fault({ call: 'createPost', then, times, page: page.metaId });
  return page;
}

/** Somebody writes the same words at facebook.com, and does not publish them. */
async function draftByHand({ metaId }: Page, message: string): Promise<string> {
  const answer = await fetch(`${stack.urls.simulator}/sim/pages/${metaId}/drafts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  });
  return ((await answer.json()) as { id: string }).id;
}

async function historyOf({ id }: Post): Promise<string[]> {
  const { body } = await stack.member.get<{ targets: { steps: { words: string }[] }[] }>(`/v1/posts/${id}/history`);
  return body.targets.flatMap(({ steps }) => steps.map(({ words }) => words));
}

const says = (post: Post, words: string) =>
  eventually(async () => (await historyOf(post)).some((said) => said.includes(words)), {
    withinMs,
    what: `the history to say: ${words}`,
  });

const unpublished = async (page: Page, post: Made) =>
  (await page.everMade(post)).filter(({ isPublished, deletedAt }) => !isPublished && !deletedAt).map(({ id }) => id);

test.concurrent('a draft whose answer was lost is found at Meta and deleted, and the post is published once', async () => {
  const page = await pageWhere('dropAnswer');
  const post = await page.schedule();
  await page.becomes(post, 'published', withinMs);
  expect(await page.everMade(post)).toHaveLength(2);
  await says(post, 'it was found there');
  await eventually(async () => !(await unpublished(page, post)).length, {
    withinMs,
    what: 'the lost draft to be deleted',
  });
  expect(await page.publications(post)).toBe(1);
  expect((await page.everMade(post)).filter(({ isPublished }) => isPublished)).toHaveLength(1);
});

test.concurrent('it is found by its own words when they were edited since', async () => {
  const page = await pageWhere('dropAnswer');
  const post = await page.parked({ dueInMs: 20_000 });
  const edited = { ...post, text: `Edited: ${post.text}` };
  await decideOn(stack, post, { state: 'scheduled', text: edited.text });
  await page.becomes(post, 'published', withinMs);
  await eventually(async () => !(await unpublished(page, post)).length, { withinMs, what: 'nothing of the old words' });
  expect(await page.publications(post)).toBe(0);
  expect(await page.publications(edited)).toBe(1);
});

test.concurrent('what never arrived is looked for, and that it is not there is said', async () => {
  const page = await pageWhere('resetBefore');
  const post = await page.schedule();
  await page.becomes(post, 'published', withinMs);
  await says(post, 'and is not there');
  expect(await page.everMade(post)).toMatchObject([{ isPublished: true, publications: 1 }]);
});

test.concurrent('a draft that a person wrote with the same words at that moment stays', async () => {
  const page = await pageWhere('resetBefore');
  const text = `The very words ${crypto.randomUUID()}`;
  const own = await draftByHand(page, text);
  const post = await page.schedule({ text });
  await page.becomes(post, 'published', withinMs);
  await says(post, 'and is not there');
  expect(await unpublished(page, post)).toEqual([own]);
});

test.concurrent('two that were lost one after the other are both deleted', async () => {
  const page = await pageWhere('dropAnswer', 2);
  const post = await page.schedule();
  await page.becomes(post, 'published', withinMs);
  expect(await page.everMade(post)).toHaveLength(3);
  await eventually(async () => !(await unpublished(page, post)).length, { withinMs, what: 'both to be deleted' });
  expect(await page.publications(post)).toBe(1);
});

test.concurrent('where another tenant publishes to the Page too, nothing that was lost is deleted', async () => {
  const page = await pageWhere('dropAnswer');
  const { control, routeKey } = stack.control;
  const hash = routeHash(routeKey, 'page', page.metaId);
  const other = await stack.control.tenant('Other');
  await control.insertInto('routes').values({ hash, kind: 'page', tenant: other }).execute();
  const post = await page.schedule();
  await page.becomes(post, 'published', withinMs);
  await says(post, 'none is deleted');
  expect(await unpublished(page, post)).toHaveLength(1);
});
