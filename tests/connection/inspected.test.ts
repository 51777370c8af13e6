import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspected } from '../../activities/connection/discard.ts';
import { scriptedMeta } from '../publish/meta.ts';

let meta: Awaited<ReturnType<typeof scriptedMeta>>;

beforeAll(async () => {
  meta = await scriptedMeta();
});
afterAll(() => meta?.close());

const says = (data: Record<string, unknown>) => {
  meta.answers(() => ({ data: { app_id: '42', type: 'PAGE', scopes: [], ...data } }));
  return inspected(meta.graph, 'a-token');
};

test('a token lives where Meta says so, and is dead where Meta says why', async () => {
  expect(await says({ is_valid: true, scopes: ['pages_show_list'] })).toMatchObject({ valid: true });
  expect(await says({ is_valid: false, error: { code: 190, subcode: 460 } })).toMatchObject({ valid: false });
  expect(await says({ is_valid: false })).toMatchObject({ valid: false });
});

test.each([2, 4, 999_999])(
  '"not valid" beside code %i, which ends no login, says nothing of its permissions either',
  async (code) => {
    await expect(says({ is_valid: false, error: { code } })).rejects.toMatchObject({ nonRetryable: false });
  },
);
