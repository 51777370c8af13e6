import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { callsMade, forgetCalls, giveRole, newPerson } from '../connection/person.ts';
import { Tenant } from '../connection/tenant.ts';
import { credentialsOf } from '../policy/canaries.ts';
import { withTemporal } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';

const callsAllowed = 500;
const dayMs = 86_400_000;

let stack: Stack;
let tenant: Tenant;
let page: string;
let connections: string[];

// One Page, which four people of a tenant have connected.
beforeAll(async () => {
  stack = await startStack();
  tenant = await Tenant.begin(stack);
  const owner = await newPerson(stack.simulator, [{ name: 'Bakery' }]);
  page = owner.pages[0]?.id ?? '';
  connections = [await tenant.connect(owner, ['Bakery'])];
  for (const _ of [1, 2, 3]) {
    const other = await newPerson(stack.simulator, []);
    await giveRole(stack.simulator, { person: other.id, page });
    connections.push(await tenant.connect(other, ['Bakery']));
  }
});
afterAll(() => stack?.stop());

test('two workers at 95 % of a limit that Meta enforces: publishes go on, sync waits in both, and nobody meets an error', async () => {
  const { processes, simulator } = stack;
  await simulator.switches({ pageCallsPerWindow: callsAllowed });
  await useUp(0.95 * callsAllowed);
  await published(1);
  await eventually(async () => (await usage()).some(({ use_case, percent }) => use_case === 'pages' && percent >= 95), {
    what: 'one worker to tell the other',
  });

  // Whoever looks at the connections now has met no limit itself.
  await processes.start('second-worker');
  await processes.kill('worker', 'SIGTERM');
  await forgetCalls(simulator);
  await wantLook();
  await eventually(async () => (await keptBack()).length === connections.length, {
    what: 'every look to wait',
  });
  expect(Object.keys(await callsMade(simulator))).toEqual(['debugToken']);

  await processes.start('worker');
  await published(4);
  expect((await keptBack()).length).toBe(connections.length);
  expect(await limits()).toMatchObject({ refused: 0 });
  const { body } = await tenant.owner.get<{ items: unknown[] }>('/v1/notices');
  expect(body.items).toEqual([]);
});

const usage = () => stack.control.control.selectFrom('graph_usage').select(['use_case', 'percent']).execute();
const limits = async () => (await fetch(`${stack.urls.simulator}/sim/limits`)).json() as Promise<{ refused: number }>;

/** Somebody else, by the app's own token for this Page, has made so many calls in this hour. */
async function useUp(calls: number): Promise<void> {
  const ofPage = (await credentialsOf(stack)).find(({ kind }) => kind === 'page');
  const headers = { authorization: `Bearer ${ofPage?.token}` };
  for (let made = 0; made < calls; made++) {
    const answer = await fetch(`${stack.urls.simulator}/v26.0/${page}?fields=id`, { headers });
    expect(answer.status).toBe(200);
  }
}

async function published(posts: number): Promise<void> {
  const scheduled = await Promise.all(Array.from({ length: posts }, () => tenant.schedule('Bakery', 0)));
  for (const post of scheduled) {
    const ended = await eventually(
      async () => {
        const target = await tenant.target(post);
        return ['published', 'failed', 'held'].includes(target.state) && target;
      },
      { what: 'the post to be published' },
    );
    expect(ended).toMatchObject({ state: 'published' });
  }
}

/** The daily look of every connection is due. */
async function wantLook(): Promise<void> {
  const long = new Date(Date.now() - 2 * dayMs);
  await tenant.rows((db) => db.updateTable('connections').set({ kept_up_at: long }).execute());
  await withTemporal(stack, async (client) => {
    for (const connection of connections) await nudge(client, connectionId(tenant.id, connection));
  });
}

/** Connections whose look waits for the limit, and is tried again by itself. */
const keptBack = () =>
  withTemporal(stack, async (client) => {
    const waiting: string[] = [];
    for (const connection of connections) {
      const { raw } = await client.workflow.getHandle(connectionId(tenant.id, connection)).describe();
      const looks = raw.pendingActivities?.filter(({ activityType }) => activityType?.name === 'keepUp') ?? [];
      const failed = looks.map(({ lastFailure }) => lastFailure?.applicationFailureInfo?.type);
      if (failed.includes('MetaSlowsUsDown')) waiting.push(connection);
    }
    return waiting;
  });
