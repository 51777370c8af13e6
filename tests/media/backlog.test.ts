import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tidyMedia } from '../../activities/media/tidy.ts';
import { openTenant } from './kept.ts';

/** One more than a tidying looks for at once. */
const many = 501;

let it: Awaited<ReturnType<typeof openTenant>>;
beforeAll(async () => {
  it = await openTenant();
});
afterAll(() => it?.api.stop());

/** Media that no post has referred to for two days. */
const unused = () =>
  it.api.rows(it.tenant, async (db) => {
    await sql`insert into media_files (sha256, bytes, expected_until)
      select sha256(n::text::bytea), 1, clock_timestamp() - interval '2 days' from generate_series(1, ${many}::int) n`.execute(
      db,
    );
    await sql`insert into media (id, sha256, content_type, bytes, width, height, created_by, unused_since)
      select gen_random_uuid(), sha256, 'image/gif', bytes, 1, 1, gen_random_uuid(), expected_until from media_files`.execute(
      db,
    );
  });

test('however much piled up, one tidying removes it', async () => {
  await unused();
  expect(await tidyMedia(it.parts())).toEqual({ media: many, files: many, failed: 0 });
});

test('a store that is away is not asked for all of it', async () => {
  await unused();
  const parts = it.parts();
  let asked = 0;
  const away = new Proxy(parts.media, {
    get: (target, name) =>
      name === 'delete'
        ? async () => {
            asked += 1;
            throw new Error('away');
          }
        : Reflect.get(target, name).bind(target),
  });
  expect(await tidyMedia({ ...parts, media: away })).toMatchObject({ failed: 1 });
  expect(asked).toBe(many - 1);
  expect(await tidyMedia(parts)).toMatchObject({ files: many, failed: 0 });
});

test('a tidying that is to end leaves the rest to the next', async () => {
  await unused();
  expect(await tidyMedia({ ...it.parts(), signal: AbortSignal.abort() })).toEqual({ media: 0, files: 0, failed: 0 });
  expect(await tidyMedia(it.parts())).toMatchObject({ files: many });
});
