import { type Browser, DemoFailure } from './browser.ts';
import type { Connected } from './connect.ts';
import type { Steps } from './steps.ts';
import { until } from './until.ts';

export interface Seen {
  publishedAfterDueMs: number;
  permalink: string;
}

interface NewPost {
  text: string;
  publishAt: string;
  media?: { id: string; altText: string }[];
}

interface Post {
  id: string;
  targets: { state: string; reason: string | null; permalink: string | null }[];
}

const patienceMs = 30_000;
const lookEveryMs = 20;

/** Schedules a post, and watches the Page until a visitor can see it. */
export async function publishAndSee(
  browser: Browser,
  api: string,
  { account, pageUrl }: Connected,
  what: string,
  post: NewPost,
  steps: Steps,
): Promise<Seen> {
  const dueAtMs = Date.parse(post.publishAt);
  const body = { ...post, targets: [{ account, kind: 'feed' }] };
  const created = await steps.step(`Schedule a ${what}`, () =>
    browser.api<Post>(api, 'POST', '/v1/posts', body, { 'idempotency-key': crypto.randomUUID() }),
  );
  const seenAtMs = await steps.step(`See the ${what} on the Page`, () => seenOn(browser, pageUrl, post.text, dueAtMs));
  const permalink = await steps.step(`Read where the ${what} is`, () => permalinkOf(browser, api, created.id));
  return { publishedAfterDueMs: seenAtMs - dueAtMs, permalink };
}

function seenOn(browser: Browser, pageUrl: string, text: string, dueAtMs: number): Promise<number> {
  return until(
    'the post to appear on the Page',
    async () => {
      const { text: page } = await browser.open(pageUrl);
      const seenAtMs = Date.now();
      if (!page.includes(text)) return undefined;
      if (seenAtMs < dueAtMs) throw new DemoFailure(`The post was seen ${dueAtMs - seenAtMs} ms before it was due.`);
      return seenAtMs;
    },
    { withinMs: dueAtMs - Date.now() + patienceMs, everyMs: lookEveryMs },
  );
}

function permalinkOf(browser: Browser, api: string, id: string): Promise<string> {
  let last = '';
  return until(
    'the post to be known as published',
    async () => {
      const [target] = (await browser.api<Post>(api, 'GET', `/v1/posts/${id}`)).targets;
      last = `Its state is ${target?.state}: ${target?.reason ?? 'no reason given'}.`;
      if (target?.state === 'failed' || target?.state === 'held') throw new DemoFailure(last);
      return target?.state === 'published' ? (target.permalink ?? undefined) : undefined;
    },
    { withinMs: patienceMs, last: () => last },
  );
}
