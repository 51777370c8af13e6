import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { picture } from '../../deploy/local/demo/picture.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { film } from './films.ts';
import { Page, type Post, type Truth } from './page.ts';

const withinMs = 120_000;

interface Answer {
  detail?: string;
  results?: { words: string }[];
}

let stack: Stack;
let account: Page;
const connect = (env: Record<string, string>) => async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05', ...env } });
  account = await Page.connect(stack, undefined, 'instagram');
};

const remove = ({ id }: Post) => stack.member.delete<Answer>(`/v1/posts/${id}`);
const live = async () =>
  (await stack.simulator.truth<{ media: { deletedAt: string | null }[] }>()).media.filter(({ deletedAt }) => !deletedAt)
    .length;

async function publish(kind: 'feed' | 'reel' = 'feed'): Promise<Post> {
  const file = kind === 'reel' ? film('upright') : picture(Math.random(), 800, 800);
  const post = await account.schedule({ kind, media: [{ id: await account.uploadFile(file) }] });
  await account.becomes(post, 'published', withinMs);
  return post;
}

describe('with the permissions to delete and to comment', () => {
  beforeAll(connect({ META_FURTHER_PERMISSIONS: 'instagram_manage_contents,instagram_manage_comments' }));
  afterAll(() => stack?.stop());

  test('an image on Instagram is deleted, also when the answer is lost', async () => {
    await stack.simulator.fault({ call: 'deleteMedia', then: 'dropAnswer', times: 1 });
    const post = await publish();
    expect(await live()).toBe(1);
    expect((await remove(post)).body.results).toMatchObject([{ words: 'It is being deleted at Meta.' }]);
    await account.becomes(post, 'deleted', withinMs);
    expect(await live()).toBe(0);
  });

  test('what Instagram does not delete stays published, and says why', async () => {
    await stack.simulator.switches({ deletableMedia: 'feed' });
    const post = await publish('reel');
    expect((await remove(post)).status).toBe(200);
    const reason = await eventually(async () => (await account.target(post)).reason, { withinMs, what: 'a reason' });
    expect(reason).toBe('It stays published. Instagram does not delete this kind of media.');
    expect((await account.target(post)).state).toBe('published');
    expect(await live()).toBe(1);
  });

  test('below a post on Instagram the first comment is written once', async () => {
    const targets = [{ account: account.account, kind: 'feed', firstComment: 'The first' }];
    const media = [{ id: await account.uploadFile(picture(Math.random(), 800, 800)) }];
    const post = await account.schedule({ media, targets });
    await account.becomes(post, 'published');
    await eventually(async () => (await account.steps(post, 'comment')).includes('done'), { what: 'the comment' });
    const { comments } = await stack.simulator.truth<Truth>();
    expect(comments.filter(({ message }) => message === 'The first')).toHaveLength(1);
    expect((await account.target(post)).reason).toBeNull();
  });
});

describe('without the permission to delete', () => {
  beforeAll(connect({}));
  afterAll(() => stack?.stop());

  test('an image on Instagram stays, and it is said what is missing', async () => {
    const post = await publish();
    const { status, body } = await remove(post);
    expect([status, body.detail]).toEqual([409, expect.stringContaining('instagram_manage_contents')]);
    expect(await live()).toBe(1);
  });
});
