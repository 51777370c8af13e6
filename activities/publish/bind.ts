import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Claimed } from './claimed.ts';
import type { Binding, Bound } from './forms/form.ts';
import type { PublishParts, TargetRef } from './parts.ts';

/** So long Meta is asked which of its media it has become; then it is published without an address. */
const askForMs = 10 * 60_000;

/**
 * Finds out what a live post has become, where its subject does not say: its answer was lost.
 * @returns `undecided` to be asked again; nothing where there is no telling
 */
export async function bind(
  { tenants, graph }: PublishParts,
  { tenant, target }: TargetRef,
  { publisher, content, subject, committedAt, credential }: Claimed,
  lookedForMs: number,
): Promise<{ metaId?: string; permalink?: string } | 'undecided'> {
  if (!publisher.bindPublished || !credential) return {};
  if (await tenants.use(tenant, (db) => hasTwin(db, target, committedAt))) return {};
  const ours = (metaIds: readonly string[]) => tenants.use(tenant, (db) => oursAmong(db, target, metaIds));
  const binding: Binding = { graph, token: credential.token, content, subject, committedAt, ours };
  const bound: Bound = await publisher.bindPublished(binding);
  if (bound.is === 'bound') return bound;
  return bound.is === 'no-answer' && lookedForMs < askForMs ? 'undecided' : {};
}

async function oursAmong(db: TenantDb, target: string, metaIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('targets')
    .select('meta_id as metaId')
    .where('meta_id', 'in', metaIds)
    .where('id', '!=', target)
    .execute();
  return new Set(rows.flatMap(({ metaId }) => metaId ?? []));
}

/**
 * Whether another post of the account with the same words went out at about that time, and nobody knows as what: even the only media that is
 * listed may be that one's, since lists lag behind. A story shows no words.
 */
async function hasTwin(db: TenantDb, target: string, committedAt: Date): Promise<boolean> {
  const { rows } = await sql`
    select from targets own
    join posts own_post on own_post.id = own.post
    join targets t on t.account = own.account and t.kind = own.kind and t.id <> own.id
    join posts p on p.id = t.post
    where own.id = ${target} and t.meta_id is null and t.state in ('committing', 'published', 'held')
    and (own.kind = 'story' or coalesce(t.text, p.text, '') = coalesce(own.text, own_post.text, ''))
    and exists (
      select from ledger l where l.target = t.id and l.step = 'commit' and l.status in ('armed', 'open', 'unknown', 'done')
      and l.opened_at > ${committedAt}::timestamptz - interval '10 minutes')
    limit 1`.execute(db);
  return rows.length > 0;
}
