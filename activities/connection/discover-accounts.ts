import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { graphFields } from '../../meta/graph-objects.ts';
import { passing } from '../failures.ts';
import type { GraphClient } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { listAll } from '../graph/list.ts';
import { type UserCredential, userCredential } from './credential.ts';
import { discard, proveDead } from './discard.ts';
import { type Found, foundIn } from './found.ts';
import { type Missing, missingFrom } from './missing.ts';
import type { ConnectionParts, ConnectionRef } from './parts.ts';

/** `moved on`: the row is no longer about discovering, so that nothing was written. */
export type Discovered = 'found' | 'moved on' | 'dead';

const listed = graphFields.listedPage;
/** `tasks` exists in the list of a person's Pages; a Page itself may not have it. */
const alone = listed.filter((field) => field !== 'tasks');

/** Finds every Page and linked Instagram account of a login, with a sentence for whatever is missing. */
export const discoverAccounts =
  (parts: ConnectionParts) =>
  async (ref: ConnectionRef): Promise<Discovered> => {
    const { graph, tenants } = parts;
    const user = await userCredential(parts, ref);
    if (!user) return 'dead';
    const list = await listAll(graph, { path: '/me/accounts', token: user.token, fields: listed });
    if (!list.ok && passes(list.failure)) throw passing('Meta did not list the Pages', list.failure.retryAfterMs);
    if (!list.ok) {
      const dead = await proveDead(graph, user.token);
      if (dead) {
        await tenants.use(ref.tenant, (db) => discard(db, ref.connection, user.id, { ...list.failure, ...dead }));
        return 'dead';
      }
    }
    const seen = new Map((list.ok ? list.data : []).flatMap(foundIn).map((one) => [one.metaId, one]));
    const hidden: string[] = [];
    for (const id of tickedPages(user).filter((ticked) => !seen.has(ticked))) {
      const shown = await readPage(graph, user.token, id);
      for (const one of shown) seen.set(one.metaId, one);
      if (!shown.length) hidden.push(id);
    }
    hidden.push(...ticked(user, 'instagram_').filter((id) => !seen.has(id)));
    const found = [...seen.values()];
    const missing = missingFrom({ ...user, found, hidden, listRefused: !list.ok });
    const written = await tenants.use(ref.tenant, (db) =>
      db.transaction().execute((trx) => write(trx, ref.connection, found, missing)),
    );
    return written ? 'found' : 'moved on';
  };

const tickedPages = (user: UserCredential) => ticked(user, 'pages_');

/** The ids that the person ticked for permissions of a kind: Meta's list omits Pages that a business portfolio holds. */
function ticked({ granularScopes }: UserCredential, kind: 'pages_' | 'instagram_'): string[] {
  const of = granularScopes.filter(({ scope }) => scope.startsWith(kind));
  return [...new Set(of.flatMap(({ target_ids }) => target_ids ?? []))];
}

async function readPage(graph: GraphClient, token: string, id: string): Promise<Found[]> {
  const answer = await graph.call<Record<string, unknown>>({ method: 'GET', path: `/${id}`, token, fields: alone });
  if (answer.ok) return foundIn(answer.data);
  if (passes(answer.failure)) throw passing('Meta did not show a Page', answer.failure.retryAfterMs);
  return [];
}

/** What is connected already stays chosen unless a member unticks it. */
async function write(trx: TenantDb, connection: string, found: Found[], missing: Missing[]): Promise<boolean> {
  const moved = await trx
    .updateTable('connections')
    .set({
      state: 'choosing',
      since: sql`clock_timestamp()`,
      discovered_at: sql`clock_timestamp()`,
      missing: JSON.stringify(missing),
    })
    .where('id', '=', connection)
    .where('state', '=', 'discovering')
    .executeTakeFirst();
  if (moved.numUpdatedRows === 0n) return false;
  await trx.deleteFrom('found_accounts').where('connection', '=', connection).execute();
  if (!found.length) return true;
  const connected = await trx
    .selectFrom('accounts')
    .select(['platform', 'meta_id'])
    .where('connection', '=', connection)
    .execute();
  const isConnected = ({ platform, metaId }: Found) =>
    connected.some((account) => account.platform === platform && account.meta_id === metaId);
  const rows = found.map((one) => ({
    id: uuidv7(),
    connection,
    platform: one.platform,
    meta_id: one.metaId,
    page_meta_id: one.pageMetaId,
    name: one.name,
    username: one.username ?? null,
    tasks: one.tasks,
    chosen: isConnected(one),
  }));
  await trx.insertInto('found_accounts').values(rows).execute();
  return true;
}
