import { asAdmin, dropDatabase, withDatabase } from './admin.ts';
import { migrateControl } from './control/migrate.ts';
import { generated, writeTypes } from './generate-types.ts';
import { ensureGroups } from './roles.ts';
import { createTenantDatabase, migrateTenant } from './tenant/template.ts';

/**
 * Writes db/control/schema.ts and db/tenant/schema.ts from databases that it makes for the purpose, migrates and drops again.
 * DATABASE_URL names the server.
 */
const main = (provisionerUrl: string) =>
  asAdmin(provisionerUrl, async (server) => {
    await ensureGroups(server);
    for (const kind of ['control', 'tenant'] as const) {
      const name = `quixess_types_${kind}_${process.pid}`;
      const url = withDatabase(provisionerUrl, name);
      try {
        await createTenantDatabase(server, provisionerUrl, name);
        if (kind === 'tenant') await migrateTenant(url);
        else await asAdmin(url, migrateControl);
        const changed = await asAdmin(url, (db) => writeTypes(db, generated[kind]));
        console.log(`${kind}: ${changed ? 'written anew' : 'up to date'}`);
      } finally {
        await dropDatabase(server, name);
      }
    }
  });

const provisionerUrl = process.env.DATABASE_URL;
if (provisionerUrl) await main(provisionerUrl);
else {
  console.error(
    'DATABASE_URL is missing: the server on which the databases to read the types from are made for a moment.\nWith npm start running: DATABASE_URL=postgres://quixess_provisioner:$(cat .local/keys/postgres-provisioner)@127.0.0.1:54329/postgres npm run types:db',
  );
  process.exitCode = 78;
}
