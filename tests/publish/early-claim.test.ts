import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { GraphClient } from '../../activities/graph/client.ts';
import { arm } from '../../activities/publish/arm.ts';
import { callClaimed } from '../../activities/publish/call-claimed.ts';
import { findClaimed } from '../../activities/publish/claimed.ts';
import { commitTarget } from '../../activities/publish/commit-target.ts';
import { readContent } from '../../activities/publish/content.ts';
import { repeatCommit } from '../../activities/publish/repeat-commit.ts';
import { clockOffsetMs } from '../../db/control/clock-offset.ts';
import { want } from '../../db/control/workflows/want.ts';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { openAgain, openEntry } from '../../db/tenant/ledger/open.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { publishId } from '../../workflows/ids.ts';
import { eventually } from '../stack/eventually.ts';
import { type FreshTenant, freshTenant } from '../stack/fresh-tenant.ts';
import { publishParts } from './parts.ts';

vi.mock('../../db/control/clock-offset.ts', { spy: true });
vi.mock('../../db/tenant/ledger/open.ts', { spy: true });

let own: FreshTenant;

beforeAll(async () => {
  own = await freshTenant();
});
afterAll(() => own?.close());

/** A target that is due so soon, with its draft at Meta, and what an attempt at it needs. Nobody listens where its calls go. */
async function dueIn(ms: number) {
  const { fresh, tenants, vault } = own;
  const { control, routeKey } = fresh;
  const tenant = await fresh.tenant();
  const target = uuidv7();
  const id = publishId(tenant, target);
  const wanted = (await want(control, { id, tenant, dueAt: new Date(Date.now() + ms) })) ?? 0;
  await tenants.use(tenant, (db) => draftOf(db, tenant, target));
  const graph = new GraphClient({ graphUrl: 'http://127.0.0.1:1', appId: '1', appSecret: 'secret' });
  const connection = Connection.lazy({ address: inject('temporalAddress') });
  const temporal = new Client({ connection });
  const parts = publishParts({ control, routeKey, vault, tenants, graph, temporal });
  const close = async () => {
    await graph.close();
    await connection.close();
  };
  return { parts, ref: { tenant, target, wanted }, [Symbol.asyncDispose]: close };
}

const run = <T>(activity: () => Promise<T>): Promise<T> => new MockActivityEnvironment().run(activity);

test('a clock that was measured wrongly, by a database that was slow, leads to one claim too early and not to a thousand', async () => {
  await using due = await dueIn(1_500);
  const { parts, ref } = due;
  vi.mocked(clockOffsetMs).mockResolvedValueOnce(4_000);
  const claim = vi.spyOn(parts.claims, 'claim');
  expect(await run(() => commitTarget(parts)(ref))).toBe('unknown');
  expect(claim.mock.calls.length).toBeLessThan(5);
});

test.each([
  ['back', -60_000],
  ['forward', 60_000],
])('a clock that is set %s while it is waited makes no post late, and no attempt busy', async (_, setByMs) => {
  await using due = await dueIn(5_000);
  const { parts, ref } = due;
  const dueAtMs = performance.now() + 5_000;
  const measure = vi.mocked(clockOffsetMs).mockClear();
  const claim = vi.spyOn(parts.claims, 'claim');
  const committed = run(() => commitTarget(parts)(ref));
  await eventually(() => measure.mock.settledResults[0]?.type === 'fulfilled', { what: 'its clock to be compared' });
  const now = Date.now.bind(Date);
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + setByMs);
  onTestFinished(() => clock.mockRestore());
  expect(await committed).toBe('unknown');
  expect(performance.now() - dueAtMs).toBeLessThan(30_000);
  expect(claim.mock.calls.length).toBeLessThan(5);
});

describe('an attempt that was frozen', () => {
  test('after it claimed calls nothing, since a witness may be looking already', async () => {
    await using due = await dueIn(0);
    const { parts, ref } = due;
    const armed = await run(() => arm(parts, ref));
    if (typeof armed === 'string') throw new Error(`It is ${armed}`);
    const call = vi.spyOn(armed.commit, 'send');
    expect(await run(() => callClaimed(parts, ref, armed, performance.now() - 5_001))).toBe('unknown');
    expect(call).not.toHaveBeenCalled();
    expect(await run(() => callClaimed(parts, ref, armed, performance.now() - 4_000))).toBe('unknown');
    expect(call).toHaveBeenCalledOnce();
  });

  test('after it wrote down that it repeats a call does not make it', async () => {
    await using due = await dueIn(0);
    const { parts, ref } = due;
    const armed = await run(() => arm(parts, ref));
    if (typeof armed === 'string') throw new Error(`It is ${armed}`);
    const claim = { claimedBy: armed.attempt, claimedAt: new Date(), wanted: ref.wanted };
    const claimed = await findClaimed(parts, ref, armed.content, claim);
    if (typeof claimed !== 'object') throw new Error('Nothing was claimed');
    const call = vi.spyOn(parts.graph, 'ready');
    const { openAgain: real } = await vi.importActual<{ openAgain: typeof openAgain }>(
      '../../db/tenant/ledger/open.ts',
    );
    vi.mocked(openAgain).mockImplementationOnce(async (...args) => {
      const isOurs = await real(...args);
      const thawedAt = performance.now() + 5_001;
      const spy = vi.spyOn(performance, 'now').mockReturnValue(thawedAt);
      onTestFinished(() => spy.mockRestore());
      return isOurs;
    });
    expect(await run(() => repeatCommit(parts, ref, claimed, 0))).toBe('unknown');
    expect(call).not.toHaveBeenCalled();
  });
});

/** A target whose draft lies at Meta, as the ledger says. */
async function draftOf(db: TenantDb, tenant: string, target: string): Promise<void> {
  const [connection, account, post, credential] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()];
  const place = { tenant, table: 'credentials', row: credential, column: 'token_sealed' };
  const token = await own.vault.seal(place, 'token');
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
