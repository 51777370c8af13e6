import { sql } from 'kysely';
import { isAnyClaimed } from '../../db/control/workflows/claimed-among.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { publishId } from '../../workflows/ids.ts';
import type { Claimed } from './claimed.ts';
import type { Binding, Bound } from './forms/form.ts';
import type { PublishParts, TargetRef } from './parts.ts';

/** Sooner the only one that is listed may be another than ours: lists lag behind, and somebody may have posted the same by phone. */
const listedAfterMs = 120_000;
/** So long Meta is asked which of its media it has become; then it is published without an address. */
const askForMs = 10 * 60_000;

/**
 * Finds out what a live post has become, where its subject does not say: its answer was lost.
 * @returns `undecided` to be asked again; nothing where there is no telling
 */
export async function bind(
  { control, tenants, graph }: PublishParts,
  { tenant, target }: TargetRef,
  { publisher, content, subject, committedAt, credential }: Claimed,
  lookedForMs: number,
): Promise<{ metaId?: string; permalink?: string } | 'undecided'> {
  if (!publisher.bindPublished || !credential) return {};
  const ours = (metaIds: readonly string[]) => tenants.use(tenant, (db) => oursAmong(db, target, metaIds));
  const binding: Binding = { graph, token: credential.token, content, subject, committedAt, ours };
  const bound: Bound = await publisher.bindPublished(binding);
  if (bound.is === 'none') return {};
  // Looked for after Meta's list was read: what is in that is known by now as another's, or is of one that is found here.
  const twins = await tenants.use(tenant, (db) => twinsOf(db, target, committedAt));
  if (twins.some(({ isUnderWay }) => !isUnderWay)) return {};
  const isSure =
    bound.is === 'bound' &&
    lookedForMs >= listedAfterMs &&
    !(await isAnyClaimed(
      control,
      twins.map(({ id }) => publishId(tenant, id)),
    )) &&
    !(await ours([bound.metaId])).size;
  if (isSure) return bound;
  return lookedForMs < askForMs ? 'undecided' : {};
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

interface Twin {
  id: string;
  /** Its commit may be; what became of it is known soon. */
  isUnderWay: boolean;
}

/**
 * Other posts of the account with the same words that go out at about that time, and nobody knows as what: even the only media that is
 * listed may be theirs, since lists lag behind. A story shows no words.
 */
async function twinsOf(db: TenantDb, target: string, committedAt: Date): Promise<Twin[]> {
  const { rows } = await sql<Twin>`
    select t.id, t.state = 'armed' as "isUnderWay" from targets own
    join posts own_post on own_post.id = own.post
    join targets t on t.account = own.account and t.kind = own.kind and t.id <> own.id
    join posts p on p.id = t.post
    where own.id = ${target} and t.meta_id is null and t.state in ('armed', 'committing', 'published', 'held')
    and (own.kind = 'story' or coalesce(t.text, p.text, '') = coalesce(own.text, own_post.text, ''))
    and exists (
      select from ledger l where l.target = t.id and l.step = 'commit' and l.status in ('armed', 'open', 'unknown', 'done')
      and l.opened_at > ${committedAt}::timestamptz - interval '10 minutes')`.execute(db);
  return rows;
}
