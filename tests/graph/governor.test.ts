import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CallClass } from '../../activities/graph/call-class.ts';
import { type GraphCall, GraphClient } from '../../activities/graph/client.ts';
import { Governor } from '../../activities/graph/governor.ts';
import { type ControlDb, connectControl } from '../../db/control/connect.ts';
import { appId, appSecret, bakery, pottery, simulated } from '../simulator/simulated.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';
import { eventually } from '../stack/eventually.ts';

/** What one worker has: a pool to the control database, a governor, and a Graph client. */
class Worker {
  readonly control: ControlDb;
  /** How many it has sent to the control database. */
  statements = 0;
  readonly #graph: GraphClient;
  readonly #governor: Governor;

  constructor(graphUrl: string, { workerUrl, routeKey }: FreshControl) {
    this.control = connectControl(workerUrl, { maxConnections: 2 }).withPlugin({
      transformQuery: ({ node }) => {
        this.statements++;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    this.#governor = new Governor({ control: this.control, key: routeKey, appId });
    this.#graph = new GraphClient({ graphUrl, appId, appSecret, governor: this.#governor });
  }

  call = (call: Partial<GraphCall> & { token: string }) =>
    this.#graph.call<{ id: string }>({ method: 'GET', path: `/${bakery}`, fields: ['id'], ...call });

  read = async (token: string, callClass: CallClass, more: Partial<GraphCall> = {}) =>
    said(await this.call({ token, class: callClass, ...more }));

  /** A post as publishing makes it: a draft, and the call that makes it public. */
  async publish(token: string): Promise<string> {
    const post = { method: 'POST', token, class: 'publish' } as const;
    const draft = await this.call({
      ...post,
      path: `/${bakery}/feed`,
      params: { message: 'x', published: false },
      fields: [],
    });
    if (!draft.ok) return said(draft);
    return said(await this.call({ ...post, path: `/${draft.data.id}`, params: { is_published: true }, fields: [] }));
  }

  async close() {
    await this.#graph.close();
    await this.#governor.close();
    await this.control.destroy();
  }
}

type Answer = Awaited<ReturnType<Worker['call']>>;

/** `kept back`: the call was not even made. */
function said(answer: Answer): string {
  if (answer.ok) return 'done';
  const { code, reaction, retryAfterMs } = answer.failure;
  if (code !== undefined) return `refused with ${code}`;
  return reaction === 'retry-after' && (retryAfterMs ?? 0) > 0 ? 'kept back' : 'no answer';
}

let meta: Awaited<ReturnType<typeof simulated>>;
let fresh: FreshControl;
let workers: [Worker, Worker];
let page: string;
let otherPage: string;

beforeAll(async () => {
  [meta, fresh] = await Promise.all([simulated(), freshControl()]);
});
beforeEach(async () => {
  await meta.sim('POST', 'reset');
  [page, otherPage] = [await meta.pageToken(), await meta.pageToken(pottery)];
  await sql`delete from graph_usage`.execute(fresh.control);
  workers = [new Worker(meta.url, fresh), new Worker(meta.url, fresh)];
  return () => Promise.all(workers.map((worker) => worker.close()));
});
afterAll(async () => {
  await fresh.close();
  await meta[Symbol.asyncDispose]();
});

const counted = async () => (await meta.sim('GET', 'limits')).body as { calls: number; refused: number };

describe('two workers below one limit', () => {
  test('at 95 % publishes go on, sync waits, and Meta refuses nothing', async () => {
    await meta.switch({ usagePercent: 95, pageCallsPerWindow: 1_000 });
    const [one, other] = workers;
    expect(await one.read(page, 'sync')).toBe('done');
    await eventually(async () => (await other.read(page, 'sync')) === 'kept back', {
      what: 'the other worker to hear',
    });
    const posts = await Promise.all([...Array(20).keys()].map((n) => workers[n % 2 ? 0 : 1].publish(page)));
    expect(new Set(posts)).toEqual(new Set(['done']));
    for (const worker of workers) {
      expect(await worker.read(page, 'sync')).toBe('kept back');
      expect(await worker.read(page, 'token')).toBe('kept back');
    }
    expect((await meta.truth()).posts.filter(({ isPublished }: { isPublished: boolean }) => isPublished)).toHaveLength(
      20,
    );
    expect((await counted()).refused).toBe(0);
  });

  test('both read as fast as they can, and stop before the limit that Meta enforces', async () => {
    await meta.switch({ pageCallsPerWindow: 200 });
    const readOn = async (worker: Worker) => {
      for (let call = 0; call < 300; call++) if ((await worker.read(page, 'sync')) === 'kept back') return;
      throw new Error('nothing was ever kept back');
    };
    await Promise.all(workers.flatMap((worker) => [readOn(worker), readOn(worker), readOn(worker)]));
    const { calls, refused } = await counted();
    expect(refused).toBe(0);
    expect(calls).toBeGreaterThanOrEqual(150);
    expect(calls).toBeLessThan(190);
    expect(await workers[0].publish(page)).toBe('done');
  });

  test('a block that one worker meets stops both, publishing too, until the time that Meta says', async () => {
    await meta.fault('readPage', 'rateLimited', { code: 80001, regainMinutes: 7 });
    const [one, other] = workers;
    expect(await one.read(page, 'publish')).toBe('refused with 80001');
    const kept = await eventually(
      async () => {
        const answer = await other.call({ token: page, class: 'publish' });
        if (answer.ok) throw new Error('it was sent');
        return answer.failure;
      },
      { what: 'the other worker to hear' },
    );
    expect(kept).toMatchObject({ kind: 'refused', commit: 'refused', reaction: 'retry-after' });
    expect(kept.retryAfterMs).toBeGreaterThan(6 * 60_000);
    expect(kept.retryAfterMs).toBeLessThan(9 * 60_000);
    expect(await other.read(otherPage, 'sync', { path: `/${pottery}` })).toBe('done');
  });
});

describe('what a refusal stops', () => {
  const everything = ['same Page', 'another Page', 'the same for Instagram'];
  test.each([
    [4, []],
    [341, []],
    [17, ['another Page']],
    [32, ['another Page']],
    [613, ['another Page']],
    [80001, ['another Page', 'the same for Instagram']],
    [80002, ['same Page', 'another Page']],
    [80006, ['same Page', 'another Page', 'the same for Instagram']],
  ])('after %i, without a time, these reads go on: %j', async (code, goOn) => {
    const [worker] = workers;
    await meta.fault('readPage', 'refuse', { code });
    expect(await worker.read(page, 'sync')).toBe(`refused with ${code}`);
    const answers = [
      await worker.read(page, 'sync'),
      await worker.read(otherPage, 'sync', { path: `/${pottery}` }),
      await worker.read(page, 'sync', { useCase: 'instagram' }),
    ];
    expect(everything.filter((_, index) => answers[index] === 'done')).toEqual(goOn);
    expect(await worker.publish(page)).toBe('done');
  });

  test('a post or photo counts against the Page whose token is used, though its path does not say so', async () => {
    const [worker] = workers;
    await meta.switch({ usagePercent: 80 });
    await worker.read(page, 'sync');
    expect(await worker.read(page, 'sync', { path: '/999', fields: ['id'] })).toBe('kept back');
  });
});

describe('what control holds', () => {
  test('far from every limit nothing is written at all', async () => {
    for (let call = 0; call < 20; call++) expect(await workers[0].read(page, 'sync')).toBe('done');
    await workers[0].close();
    expect(await rows()).toEqual([]);
    workers[0] = new Worker(meta.url, fresh);
  });

  test('neither an id of Meta nor a token', async () => {
    await meta.switch({ usagePercent: 99 });
    await workers[0].read(page, 'publish');
    await meta.fault('readPage', 'refuse', { code: 17 });
    await workers[0].read(page, 'publish');
    const kinds = () => rows().then((all) => all.map(({ use_case }) => use_case).sort());
    await eventually(async () => (await kinds()).length === 3, { what: 'three limits to be written down' });
    expect(await kinds()).toEqual(['application', 'pages', 'token']);
    const text = JSON.stringify((await rows()).map((row) => ({ ...row, asset: row.asset.toString('latin1') })));
    for (const secret of [bakery, appId, page]) expect(text).not.toContain(secret);
  });

  const rows = () => fresh.control.selectFrom('graph_usage').selectAll().execute();
});

test('a hundred calls near the limit cost the database a handful of statements', async () => {
  await meta.switch({ usagePercent: 80 });
  const [worker] = workers;
  const beganMs = performance.now();
  for (let call = 0; call < 100; call++) expect(await worker.read(page, 'reply')).toBe('done');
  await worker.close();
  expect(worker.statements).toBeGreaterThan(0);
  // Twice a second it tells and hears, however long a busy machine takes.
  expect(worker.statements).toBeLessThan(12 + (performance.now() - beganMs) / 200);
  workers[0] = new Worker(meta.url, fresh);
});

test('without the control database calls go on by what is known here', async () => {
  const gone = connectControl('postgres://nobody@127.0.0.1:1/nothing');
  const troubles: unknown[] = [];
  const governor = new Governor({ control: gone, key: fresh.routeKey, appId, onTrouble: (e) => troubles.push(e) });
  const graph = new GraphClient({ graphUrl: meta.url, appId, appSecret, governor });
  await meta.switch({ usagePercent: 80 });
  const read = async () =>
    said(await graph.call({ method: 'GET', path: `/${bakery}`, token: page, fields: ['id'], class: 'sync' }));
  expect(await read()).toBe('done');
  expect(await read()).toBe('kept back');
  expect(troubles.length).toBeGreaterThan(0);
  await graph.close();
  await governor.close();
  await gone.destroy();
});
