import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { type AdminDb, connectAdmin, dropDatabase, withDatabase } from '../../db/admin.ts';
import { fingerprint } from '../../db/migrate.ts';
import { ensureTemplate } from '../../db/tenant/template.ts';

const migrations = new URL('slow-migrations/', import.meta.url);

let server: AdminDb;
let name: string;
beforeAll(async () => {
  server = connectAdmin(inject('provisionerUrl'));
  name = `quixess_template_${await fingerprint(migrations)}`;
});
beforeEach(async () => {
  await sql`alter database ${sql.id(name)} is_template false`.execute(server).catch(doesNotExist);
  await dropDatabase(server, name);
});
afterAll(() => server.destroy());

const doesNotExist = (error: { code?: string }) => expect(error.code).toBe('3D000');
const made = async () =>
  (await sql<{ oid: number }>`select oid from pg_database where datname = ${name}`.execute(server)).rows[0]?.oid;

test('several that need the template at the same time build it once', async () => {
  const names = await Promise.all(
    Array.from({ length: 4 }, () => ensureTemplate(inject('provisionerUrl'), migrations)),
  );
  expect(new Set(names)).toEqual(new Set([name]));
  const oid = await made();
  await ensureTemplate(inject('provisionerUrl'), migrations);
  expect(await made()).toBe(oid);
});

test('nobody connects to a finished template, not even who made it', async () => {
  await ensureTemplate(inject('provisionerUrl'), migrations);
  const visitor = connectAdmin(withDatabase(inject('provisionerUrl'), name));
  await expect(sql`select 1`.execute(visitor)).rejects.toThrow('not currently accepting connections');
  await visitor.destroy();
});

test('a template whose making was interrupted is made anew', async () => {
  await sql`create database ${sql.id(name)} template template0`.execute(server);
  const half = await made();
  await ensureTemplate(inject('provisionerUrl'), migrations);
  expect(await made()).not.toBe(half);
});

test('what is cloned at the same time from one template arrives whole', async () => {
  const template = await ensureTemplate(inject('provisionerUrl'), migrations);
  const clones = [1, 2, 3, 4].map((n) => `${name}_clone_${n}`);
  const makers = clones.map(() => connectAdmin(inject('provisionerUrl')));
  await Promise.all(
    makers.map((maker, i) =>
      sql`create database ${sql.id(clones[i] ?? '')} template ${sql.id(template)}`.execute(maker),
    ),
  );
  for (const clone of clones) {
    const db = connectAdmin(withDatabase(inject('provisionerUrl'), clone));
    await sql`select id from kept`.execute(db);
    await db.destroy();
    await dropDatabase(server, clone);
  }
  await Promise.all(makers.map((maker) => maker.destroy()));
});
