import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, type Scheduled, simulate } from './accounts.ts';
import { deletionOver } from './deletions.ts';
import { reword, settled } from './edits.ts';
import { Page } from './page.ts';

/** What is done to a published post with a login that Meta does not accept any more. */

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
});
afterAll(() => stack?.stop());

async function publish(): Promise<{ account: Account; post: Scheduled }> {
  const account = await Account.open(stack, 'facebook');
  const post = await account.schedule('feed', []);
  await account.published(post);
  return { account, post };
}

interface Notices {
  items: { about: string; subject: string; words: string; remedy: string }[];
}
/** What the owner is told about the account. */
const told = async ({ page: { account } }: Account) =>
  (await stack.member.get<Notices>('/v1/notices')).body.items.filter(({ subject }) => subject === account);

const changes = [
  {
    what: 'an edit',
    call: 'editPost',
    async ask({ post }: { post: Scheduled }) {
      expect((await reword(stack, post, 'Another text')).status).toBe(200);
    },
    over: async ({ post }: { account: Account; post: Scheduled }) => (await settled(stack, post)).targets[0]?.reason,
    isDone: async ({ account }: { account: Account }) => (await account.truth()).posts[0]?.message === 'Another text',
  },
  {
    what: 'a deletion',
    call: 'deletePost',
    async ask({ post }: { post: Scheduled }) {
      expect((await stack.member.delete(`/v1/posts/${post.id}`)).status).toBe(200);
    },
    over: async ({ account, post }: { account: Account; post: Scheduled }) =>
      (await deletionOver(account.page, post)).reason,
    isDone: async ({ account }: { account: Account }) => (await account.truth()).posts[0]?.deletedAt !== null,
  },
];

test.concurrent.each(changes)(
  'a login that $what proves dead is told to the owner, what waits is held, and the post stays as it is',
  async ({ call, ask, over, isDone }) => {
    const { account, post } = await publish();
    const waits = await account.schedule('feed', [], { dueInMs: 3_600_000 });
    await account.fault({ call, then: 'tokenDead', subcode: 460 });
    await ask({ post });
    expect(await over({ account, post })).toMatch(/stays .*password at Facebook was changed.*Connect again/);
    expect(await told(account)).toMatchObject([{ about: 'account', remedy: 'Connect again.' }]);
    expect(await account.page.becomes(waits, 'held')).toMatchObject({ choices: ['retry', 'cancel'] });
    expect(await isDone({ account })).toBe(false);
    expect((await account.page.target(post)).state).toBe('published');
  },
);

test.concurrent.each(changes)(
  '$what that one answer calls the login dead for is done all the same, where Meta says that it lives',
  async ({ call, ask, over, isDone }) => {
    const { account, post } = await publish();
    await account.fault({ call, then: 'tokenDead', subcode: 460, onlyThisAnswer: true });
    await ask({ post });
    expect(await over({ account, post })).toBeNull();
    expect(await isDone({ account })).toBe(true);
    expect(await told(account)).toEqual([]);
  },
);

test.concurrent.each(changes)(
  '$what that a login dies under is done with the login of somebody else of the tenant',
  async ({ call, ask, over, isDone }) => {
    const { account, post } = await publish();
    const { id: person } = await simulate<{ id: string }>(stack, '/sim/users', { name: 'Kim', pages: [] });
    await simulate(stack, '/sim/roles', { person, page: account.metaId });
    await Page.connect(stack, person);
    await account.fault({ call, then: 'tokenDead', subcode: 467 });
    await ask({ post });
    expect(await over({ account, post })).toBeNull();
    expect(await isDone({ account })).toBe(true);
  },
);
