import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, type Scheduled, simulate } from './accounts.ts';
import { deletionOver } from './deletions.ts';
import { reword, settled } from './edits.ts';
import { Page } from './page.ts';

/** What is done to a published post, or looked at, with a login that Meta does not accept any more. */

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
});
afterAll(() => stack?.stop());

async function publish(account: Account, more: Record<string, unknown> = {}): Promise<Scheduled> {
  const post = await account.schedule('feed', [], more);
  await account.published(post);
  return post;
}

/** Somebody else of the tenant connects the same Page. */
async function another({ metaId }: Account): Promise<void> {
  const { id: person } = await simulate<{ id: string }>(stack, '/sim/users', { name: 'Kim', pages: [] });
  await simulate(stack, '/sim/roles', { person, page: metaId });
  await Page.connect(stack, person);
}

interface Notices {
  items: { about: string; subject: string; words: string; remedy: string }[];
}
/** What the owner is told about the account. */
const told = async ({ page: { account } }: Account) =>
  (await stack.member.get<Notices>('/v1/notices')).body.items.filter(({ subject }) => subject === account);

test.concurrent('a photo story that a login dies under before it was seen is found with the login of somebody else', async () => {
  const account = await Account.open(stack, 'facebook');
  await another(account);
  await account.fault({ call: 'photoStory', then: 'dropAnswer' });
  await account.fault({ call: 'listStories', then: 'tokenDead', subcode: 467 });
  await account.published(await account.schedule('story', [await account.photo()]));
  expect(await account.hits()).toEqual([1, 1]);
  expect(await account.publications()).toBe(1);
});

const firstComment = 'The first comment';

interface Change {
  what: string;
  call: string;
  kept: RegExp;
  /** Publishes a post and asks for the change, which comes upon the fault. */
  ask(account: Account, fault: () => Promise<unknown>): Promise<Scheduled>;
  /** What is said of it once it is over. */
  over(account: Account, post: Scheduled): Promise<string | null | undefined>;
  isDone(account: Account): Promise<boolean>;
}

const changes: Change[] = [
  {
    what: 'an edit',
    call: 'editPost',
    kept: /stays /,
    async ask(account, fault) {
      const post = await publish(account);
      await fault();
      expect((await reword(stack, post, 'Another text')).status).toBe(200);
      return post;
    },
    over: async (_, post) => (await settled(stack, post)).targets[0]?.reason,
    isDone: async (account) => (await account.truth()).posts[0]?.message === 'Another text',
  },
  {
    what: 'a deletion',
    call: 'deletePost',
    kept: /stays /,
    async ask(account, fault) {
      const post = await publish(account);
      await fault();
      expect((await stack.member.delete(`/v1/posts/${post.id}`)).status).toBe(200);
      return post;
    },
    over: async (account, post) => (await deletionOver(account.page, post)).reason,
    isDone: async (account) => (await account.truth()).posts[0]?.deletedAt !== null,
  },
  {
    what: 'a first comment',
    call: 'comment',
    kept: /The first comment was not written/,
    async ask(account, fault) {
      await fault();
      return publish(account, { targets: [{ account: account.page.account, kind: 'feed', firstComment }] });
    },
    over: async (account, post) => {
      const { reason } = await eventually(
        async () => {
          const target = await account.page.target(post);
          const steps = await account.page.steps(post, 'comment');
          return (target.reason !== null || steps.includes('done')) && target;
        },
        { what: 'the first comment to be written or given up' },
      );
      return reason;
    },
    isDone: async (account) => (await account.truth()).comments[0]?.message === firstComment,
  },
];

test.concurrent.each(changes)(
  'a login that $what proves dead is told to the owner, what waits is held, and the post stays as it is',
  async ({ call, kept, ask, over, isDone }) => {
    const account = await Account.open(stack, 'facebook');
    const waits = await account.schedule('feed', [], { dueInMs: 3_600_000 });
    const post = await ask(account, () => account.fault({ call, then: 'tokenDead', subcode: 460 }));
    const reason = await over(account, post);
    expect(reason).toMatch(kept);
    expect(reason).toMatch(/password at Facebook was changed.*Connect again/);
    expect(await told(account)).toMatchObject([{ about: 'account', remedy: 'Connect again.' }]);
    expect(await account.page.becomes(waits, 'held')).toMatchObject({ choices: ['retry', 'cancel'] });
    expect(await isDone(account)).toBe(false);
    expect((await account.page.target(post)).state).toBe('published');
  },
);

test.concurrent.each(changes)(
  '$what that one answer calls the login dead for is done all the same, where Meta says that it lives',
  async ({ call, ask, over, isDone }) => {
    const account = await Account.open(stack, 'facebook');
    const fault = { call, then: 'tokenDead', subcode: 460, onlyThisAnswer: true };
    const post = await ask(account, () => account.fault(fault));
    expect(await over(account, post)).toBeNull();
    expect(await isDone(account)).toBe(true);
    expect(await told(account)).toEqual([]);
  },
);

test.concurrent.each(changes)(
  '$what that a login dies under is done with the login of somebody else of the tenant',
  async ({ call, ask, over, isDone }) => {
    const account = await Account.open(stack, 'facebook');
    await another(account);
    const post = await ask(account, () => account.fault({ call, then: 'tokenDead', subcode: 467 }));
    expect(await over(account, post)).toBeNull();
    expect(await isDone(account)).toBe(true);
  },
);
