import { expect, test } from 'vitest';
import type { Calling } from '../../activities/publish/forms/form.ts';
import { findUnseenPosts } from '../../activities/publish/forms/unseen-posts.ts';

const nowMs = Date.UTC(2026, 10, 24, 8);
const at = (minutesAgo: number) => new Date(nowMs - minutesAgo * 60_000);

/** A Page on which something unseen was made each minute; the newest are listed first. */
const pageOf = (posts: number): Calling => {
  const data = Array.from({ length: posts }, (_, minutesAgo) => ({
    id: `1_${minutesAgo + 1}`,
    is_published: false,
    created_time: at(minutesAgo).toISOString(),
    application: { id: '7' },
  }));
  const graph = { appId: '7', call: async () => ({ ok: true, data: { data } }) };
  return { graph, token: 'token', content: { row: { accountMetaId: '1' } } } as unknown as Calling;
};
const madeIn = (calling: Calling, since: number, until: number) =>
  findUnseenPosts(calling, { since: at(since), until: at(until) });

test('what was made in that time is found', async () => {
  expect(await madeIn(pageOf(100), 12, 10)).toMatchObject({
    ok: true,
    data: [{ metaId: '1_11' }, { metaId: '1_12' }, { metaId: '1_13' }],
  });
});

test('of a time that the list does not reach back to nothing is said', async () => {
  expect(await madeIn(pageOf(100), 200, 190)).toEqual({ ok: true, data: undefined });
  expect(await madeIn(pageOf(100), 110, 95)).toEqual({ ok: true, data: undefined });
  expect(await madeIn(pageOf(20), 200, 190)).toEqual({ ok: true, data: [] });
});
