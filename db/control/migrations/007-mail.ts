import { type Kysely, sql } from 'kysely';

/** Notices go by mail to the owners of a tenant: the worker that sends them may read who they are, and nothing else of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `grant select (id, email) on people to quixess_control_worker`,
  `grant select (person, tenant, role) on memberships to quixess_control_worker`,
];
