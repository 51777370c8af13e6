import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { expect, inject, onTestFinished, test } from 'vitest';
import { connectAdmin, dropDatabase, withDatabase } from '../../db/admin.ts';
import { ensureGroups } from '../../db/roles.ts';
import { createTenantDatabase, migrateTenant } from '../../db/tenant/template.ts';

test('files that were there before their sizes were noted have those of the media and variants that refer to them', async () => {
  const provisionerUrl = inject('provisionerUrl');
  const server = connectAdmin(provisionerUrl);
  const name = `quixess_sizes_${randomBytes(6).toString('hex')}`;
  onTestFinished(async () => {
    await dropDatabase(server, name);
    await server.destroy();
  });
  await ensureGroups(server);
  await createTenantDatabase(server, provisionerUrl, name);
  const url = withDatabase(provisionerUrl, name);
  await migrateTenant(url, { upTo: '017-account-commits' });
  const db = connectAdmin(url, 'pg_database_owner');
  onTestFinished(() => db.destroy());
  await sql.raw(rows).execute(db);
  expect(await migrateTenant(url)).toContain('018-stored-bytes');
  const { rows: files } = await sql<{ file: string; bytes: number }>`
    select encode(sha256, 'escape') as file, bytes from media_files`.execute(db);
  const sizes = Object.fromEntries(files.map(({ file, bytes }) => [file, Number(bytes)]));
  expect(sizes).toEqual({ media: 700, variant: 80, both: 9, waiting: 0 });
});

const rows = `
  insert into media_files (sha256, expected_until)
    select file::bytea, clock_timestamp() from unnest(array['media', 'variant', 'both', 'waiting']) file;
  insert into media (id, sha256, content_type, bytes, width, height, created_by)
    select gen_random_uuid(), file::bytea, 'image/gif', bytes, 1, 1, gen_random_uuid()
    from (values ('media', 700), ('both', 9)) m (file, bytes);
  insert into media_variants (id, media, recipe, sha256, content_type, bytes, width, height)
    select gen_random_uuid(), m.id, recipe, file::bytea, 'image/jpeg', v.bytes, 1, 1
    from (values ('one', 'variant', 80), ('another', 'variant', 80), ('third', 'both', 9)) v (recipe, file, bytes), media m
    where m.sha256 = 'media'`;
