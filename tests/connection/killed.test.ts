import { afterAll, beforeAll, expect, test } from 'vitest';
import { want } from '../../db/control/workflows/want.ts';
import { authorizationId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { eventually } from '../stack/eventually.ts';
import { goWrong, newPerson } from './person.ts';
import { connectionPlace, type Place } from './place.ts';

let place: Place;

beforeAll(async () => {
  place = await connectionPlace({ worker: true });
});
afterAll(() => place.close());

test('a worker that is killed after Meta took the code leaves words behind, by itself, within a minute', async () => {
  const tenant = await place.control.tenant();
  const person = await newPerson(place.simulator, [{ name: 'Bakery' }]);
  const authorization = await place.returned(tenant, person);
  const workflow = authorizationId(tenant, authorization);
  await goWrong(place.simulator, 'token', 'slow', { delayMs: 10_000, doneAt: 'start' });

  await want(place.parts.control, { id: workflow, tenant });
  await nudge(place.parts.temporal, workflow);
  await eventually(() => wasHit(place.simulator.url), { what: 'Meta to have taken the code' });
  await place.processes.restart('worker');

  await place.parts.temporal.workflow.getHandle(workflow).result();
  const row = await place.parts.tenants.use(tenant, (db) =>
    db.selectFrom('authorizations').selectAll().where('id', '=', authorization).executeTakeFirstOrThrow(),
  );
  expect(row).toMatchObject({ status: 'failed', code_sealed: null, reason: expect.stringMatching(/connect again\.$/) });
});

async function wasHit(url: string): Promise<boolean> {
  const faults = (await (await fetch(`${url}/sim/faults`)).json()) as { hits: number }[];
  return faults.some(({ hits }) => hits > 0);
}
