import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';

/** Kysely's own tables live apart, so that no grant on our schema reaches them. */
export const bookkeeping = 'migration';

/**
 * Brings a database to the last of the numbered files in `folder`, or to the one named. Forward only, in one transaction:
 * a database is at the old version or at the new one.
 * @returns the names of the migrations that were carried out, none when there was nothing to do
 */
export async function migrate(db: Kysely<unknown>, folder: URL, upTo?: string): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => load(folder) },
    migrationTableSchema: bookkeeping,
  });
  const { error, results = [] } = await (upTo ? migrator.migrateTo(upTo) : migrator.migrateToLatest());
  if (error) throw error;
  return results.map((result) => result.migrationName);
}

/** Names a state of the schema: changes whenever a migration is added or edited. */
export async function fingerprint(folder: URL): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await numbered(folder)) hash.update(file).update(await readFile(new URL(file, folder)));
  return hash.digest('hex').slice(0, 12);
}

async function load(folder: URL): Promise<Record<string, Migration>> {
  const migrations: Record<string, Migration> = {};
  for (const file of await numbered(folder))
    migrations[file.replace(/\.ts$/, '')] = (await import(new URL(file, folder).href)) as Migration;
  return migrations;
}

const numbered = async (folder: URL) => (await readdir(folder)).filter((file) => /^\d{3}-.+\.ts$/.test(file)).sort();
