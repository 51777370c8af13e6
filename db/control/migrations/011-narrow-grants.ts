import { type Kysely, sql } from 'kysely';

/**
 * The API says of nobody but itself that it is there, and of what people and keys do only: who breaks into it cannot make deeds look like those
 * of an operator, or put them into the past.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `revoke insert, update on presence from quixess_control_api`,
  `grant insert (part), update (seen_at, back_at) on presence to quixess_control_api`,
  `alter table presence enable row level security`,
  `create policy all_of_worker on presence to quixess_control_worker using (true) with check (true)`,
  `create policy read_by_api on presence for select to quixess_control_api using (true)`,
  `create policy new_of_api on presence for insert to quixess_control_api with check (part = 'api')`,
  `create policy own_of_api on presence for update to quixess_control_api using (part = 'api') with check (part = 'api')`,

  `revoke insert on audit_owed from quixess_control_api`,
  `grant insert (id, tenant, actor_kind, actor, action, subject, details) on audit_owed to quixess_control_api`,
  `alter table audit_owed enable row level security`,
  `create policy all_of_worker on audit_owed to quixess_control_worker using (true) with check (true)`,
  `create policy read_by_api on audit_owed for select to quixess_control_api using (true)`,
  `create policy deeds_of_api on audit_owed for insert to quixess_control_api
    with check (actor_kind in ('person', 'api-key'))`,
];
