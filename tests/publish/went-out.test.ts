import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account } from './accounts.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
});
afterAll(() => stack?.stop());

interface Read {
  media: object[];
  targets: { becomes: string | null }[];
}

const read = async (id: string) => {
  const { media, targets } = (await stack.member.get<Read>(`/v1/posts/${id}`)).body;
  return { media: media.length, becomes: targets[0]?.becomes };
};
const upload = (account: Account, file: 'photo' | 'upright' | 'wide') =>
  file === 'photo' ? account.photo() : account.film(file);

test.concurrent.each([
  ['facebook', 'feed', [], 'text'],
  ['facebook', 'feed', ['photo'], 'photo'],
  ['facebook', 'feed', ['photo', 'photo', 'photo'], 'album'],
  ['facebook', 'feed', ['wide'], 'video'],
  ['facebook', 'feed', ['upright'], 'reel'],
  ['facebook', 'reel', ['upright'], 'reel'],
  ['facebook', 'story', ['photo'], 'story'],
  ['instagram', 'feed', ['photo'], 'photo'],
  ['instagram', 'feed', ['photo', 'photo'], 'carousel'],
  ['instagram', 'reel', ['upright'], 'reel'],
  ['instagram', 'story', ['photo'], 'story'],
] as const)(
  'on %s a %s of %j is published as %s, and stays that when its files are deleted here one by one',
  async (platform, kind, files, becomes) => {
    const account = await Account.open(stack, platform);
    const media = await Promise.all(files.map((file) => upload(account, file)));
    const post = await account.schedule(kind, media);
    await account.published(post);
    expect(await read(post.id)).toEqual({ media: media.length, becomes });
    for (const [index, id] of media.entries()) {
      expect((await stack.member.delete(`/v1/media/${id}`)).status).toBe(204);
      expect(await read(post.id)).toEqual({ media: media.length - index - 1, becomes });
    }
  },
);
