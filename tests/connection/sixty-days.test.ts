import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionActivities } from '../../activities/connection/index.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { connectionId } from '../../workflows/ids.ts';
import { queues } from '../../workflows/queues.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { timeSkipping } from '../stack/time-skipping.ts';
import { newPerson, setClock } from './person.ts';
import { connectionPlace, type Place } from './place.ts';

const dayMs = 86_400_000;
/** IndexedValueType KEYWORD of Temporal's API. */
const keyword = 2;

let place: Place;
let skipping: TestWorkflowEnvironment;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  [place, skipping] = await Promise.all([connectionPlace(), timeSkipping()]);
  const attributes = Object.values(searchAttributes).map(({ name }) => [name, keyword]);
  await skipping.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(attributes),
  });
});
afterAll(async () => {
  await skipping.teardown();
  await place.close();
});

test('a login lives on for half a year: its token is exchanged at 80 % of its life, again and again', async () => {
  const tenant = await place.control.tenant();
  const person = await newPerson(place.simulator, [{ name: 'Bakery' }]);
  const act = connectionActivities({ ...place.parts, temporal: skipping.client });
  const user = () =>
    place.parts.tenants.use(tenant, (db) => db.selectFrom('credentials').selectAll().executeTakeFirstOrThrow());
  const shares: number[] = [];
  const activities: typeof act = {
    ...act,
    /** Meta's clock follows the one that jumps; after four times the connection is erased, so that there is an end. */
    refreshToken: async (ref) => {
      await setClock(place.simulator, ref.nowMs - Date.now());
      const { obtained_at, expires_at } = await user();
      shares.push((ref.nowMs - Number(obtained_at)) / (Number(expires_at) - Number(obtained_at)));
      const outcome = await act.refreshToken(ref);
      if (shares.length === 4)
        await place.parts.tenants.use(tenant, (db) =>
          db.updateTable('connections').set({ state: 'erasing' }).execute(),
        );
      return outcome;
    },
  };
  const worker = await Worker.create({
    connection: skipping.nativeConnection,
    taskQueue: queues.connection,
    workflowBundle: { codePath: await workflowBundle() },
    activities,
  });
  await worker.runUntil(async () => {
    const authorization = await place.returned(tenant, person);
    const beganMs = await skipping.currentTimeMs();
    await act.exchangeCode({ tenant, authorization, nowMs: beganMs });
    const [row] = await place.parts.tenants.use(tenant, (db) => db.selectFrom('connections').select('id').execute());
    await skipping.client.workflow.getHandle(connectionId(tenant, row?.id ?? '')).result();
    expect((await skipping.currentTimeMs()) - beganMs).toBeGreaterThan(180 * dayMs);
  });
  expect(shares).toHaveLength(4);
  for (const share of shares) {
    expect(share).toBeGreaterThan(0.77);
    expect(share).toBeLessThan(0.83);
  }
  expect(await user()).toMatchObject({ health: 'alive' });
});
