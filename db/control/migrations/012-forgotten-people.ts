import { type Kysely, sql } from 'kysely';

/**
 * Nobody is kept who belongs to no tenant any more: with the last membership goes the person, in the same transaction, whoever ends it. The API
 * may still delete nobody by itself. An invitation that has expired is the worker's to delete, and it reads no address for that.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The person is locked first: of two tenants that remove the same one at once, the second looks after the first has done it. Who is
  // just joining holds the person as well, so that either sees the other.
  `create function forget_who_belongs_nowhere() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
    begin
      perform from people where id = old.person for update;
      delete from people p where p.id = old.person
        and not exists (select from memberships m where m.person = p.id);
      return null;
    end $$`,
  `revoke execute on function forget_who_belongs_nowhere() from public`,
  `create trigger forget_who_belongs_nowhere after delete on memberships
    for each row execute function forget_who_belongs_nowhere()`,
  `delete from people p where not exists (select from memberships m where m.person = p.id)`,

  `grant select (expires_at), delete on invitations to quixess_control_worker`,
];
