import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { usageHash } from '../../db/vault/route-hash.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Page } from './page.ts';

const withinMs = 120_000;
let stack: Stack;
let page: Page;

beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
});
afterAll(() => stack?.stop());

/** What a worker that Meta has told to stop leaves for the others. */
async function blockPage(seconds: number): Promise<void> {
  const { control, routeKey } = stack.control;
  const asset = usageHash(routeKey, 'asset', page.metaId);
  await sql`
    insert into graph_usage (asset, use_case, percent, blocked_until)
    values (decode(${asset}, 'base64'), 'pages', 100, clock_timestamp() + make_interval(secs => ${seconds}))
    on conflict (asset, use_case) do update set blocked_until = excluded.blocked_until, percent = 100`.execute(control);
}

/** A parked commit whose worker has heard of a block beyond its instant. */
async function parkedAndBlocked(): Promise<Awaited<ReturnType<Page['parked']>>> {
  for (let dueInMs = 16_000; ; dueInMs *= 2) {
    const post = await page.parked({ dueInMs });
    const leftMs = () => Date.parse(post.publishAt ?? '') - Date.now();
    await blockPage(leftMs() / 1_000 + 12);
    // Its calls let the worker hear of the block; what waits for its instant makes none.
    const other = await page.schedule();
    await eventually(async () => (await page.steps(other, 'draft')).length, { what: 'a call' });
    // It is heard half a second after the call.
    if (leftMs() > 2_000) return post;
    await page.becomes(post, 'published', withinMs);
  }
}

test('a commit that we keep back ourselves was never sent: it is made as soon as it may be, and nothing is looked for', async () => {
  const post = await parkedAndBlocked();
  const keptBack = async () =>
    (await page.steps(post, 'commit')).includes('abandoned') && (await page.target(post)).reason;
  await eventually(keptBack, { withinMs, what: 'the commit to be kept back' });
  expect(await page.publications(post)).toBe(0);
  await page.becomes(post, 'published', withinMs);
  expect(await page.steps(post, 'look')).toEqual([]);
  expect(await page.everMade(post)).toMatchObject([{ publications: 1, publishCalls: 1 }]);
});
