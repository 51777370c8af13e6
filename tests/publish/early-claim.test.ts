import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { GraphClient } from '../../activities/graph/client.ts';
import { Claims } from '../../activities/publish/claims.ts';
import { commitTarget } from '../../activities/publish/commit-target.ts';
import { readContent } from '../../activities/publish/content.ts';
import { Rush } from '../../activities/publish/rush.ts';
import { clockOffsetMs } from '../../db/control/clock-offset.ts';
import { want } from '../../db/control/workflows/want.ts';
import { FileMediaStore } from '../../db/media/file-store.ts';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { type TenantDb, TenantPools } from '../../db/tenant/pools.ts';
import { Vault } from '../../db/vault/vault.ts';
import { publishId } from '../../workflows/ids.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';

vi.mock('../../db/control/clock-offset.ts', { spy: true });

let fresh: FreshControl;
let tenants: TenantPools;
let vault: Vault;

beforeAll(async () => {
  fresh = await freshControl();
  const { control, masterKey } = fresh;
  const opened = await Vault.open({ masterKey, control });
  vault = opened;
  tenants = new TenantPools({
    control,
    role: 'worker',
    openPassword: (tenant, sealed) => opened.openWorkerPassword(tenant, sealed),
    maxConnectionsPerTenant: 2,
    maxConnections: 4,
  });
});
afterAll(async () => {
  await tenants?.close();
  await fresh?.close();
});

test('a clock that was measured wrongly, by a database that was slow, leads to one claim too early and not to a thousand', async () => {
  const { control } = fresh;
  const tenant = await fresh.tenant();
  const target = uuidv7();
  const id = publishId(tenant, target);
  const wanted = (await want(control, { id, tenant, dueAt: new Date(Date.now() + 1_500) })) ?? 0;
  await tenants.use(tenant, (db) => draftOf(db, tenant, target));
  vi.mocked(clockOffsetMs).mockResolvedValueOnce(4_000);
  const claims = new Claims(control);
  const claim = vi.spyOn(claims, 'claim');
  const graph = new GraphClient({ graphUrl: 'http://127.0.0.1:1', appId: '1', appSecret: 'secret' });
  const { signal: goingDown } = new AbortController();
  const media = new FileMediaStore('/nowhere');
  const connection = Connection.lazy({ address: inject('temporalAddress') });
  const temporal = new Client({ connection });
  const mediaAddress = () => 'https://example.com';
  const { routeKey } = fresh;
  const stores = { control, tenants, vault, media, mediaAddress, routeKey };
  const parts = { ...stores, graph, claims, rush: new Rush(), temporal, witnessFactor: 1, goingDown };
  const outcome = await new MockActivityEnvironment().run(commitTarget(parts), { tenant, target, wanted });
  // Nobody listens where the call goes.
  expect(outcome).toBe('unknown');
  expect(claim.mock.calls.length).toBeLessThan(5);
  await graph.close();
  await connection.close();
});

/** A target whose draft lies at Meta, as the ledger says. */
async function draftOf(db: TenantDb, tenant: string, target: string): Promise<void> {
  const [connection, account, post, credential] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()];
  const place = { tenant, table: 'credentials', row: credential, column: 'token_sealed' };
  const token = await vault.seal(place, 'token');
  await sql`insert into connections (id, meta_user_id, state, created_by)
    values (${connection}, '1', 'connected', ${uuidv7()})`.execute(db);
  await sql`insert into accounts (id, connection, platform, meta_id, page_meta_id, name)
    values (${account}, ${connection}, 'facebook', '2', '2', 'Page')`.execute(db);
  await sql`insert into credentials (id, connection, account, kind, scopes, token_sealed)
    values (${credential}, ${connection}, ${account}, 'page', '{pages_show_list,pages_read_engagement,pages_manage_posts}', ${token})`.execute(
    db,
  );
  await sql`insert into posts (id, text, created_by) values (${post}, 'Text', ${uuidv7()})`.execute(db);
  await sql`insert into targets (id, post, account, kind, state)
    values (${target}, ${post}, ${account}, 'feed', 'armed')`.execute(db);
  const content = await readContent(db, target);
  if (!content) throw new Error('The target is not there');
  const draft = {
    id: uuidv7(),
    target,
    step: 'draft',
    revision: 1,
    contentHash: content.hash,
    status: 'open',
  } as const;
  await openEntry(db, draft);
  await closeEntry(db, draft.id, { status: 'done', metaId: '2_3' });
}
