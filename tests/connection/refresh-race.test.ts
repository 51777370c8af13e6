import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectionActivities } from '../../activities/connection/index.ts';
import { GraphClient } from '../../activities/graph/client.ts';
import { inspectToken } from '../../activities/graph/tokens.ts';
import { type ControlDb, connectControl } from '../../db/control/connect.ts';
import { eventually } from '../stack/eventually.ts';
import { type Connected, connect } from './connected.ts';
import { goWrong, newPerson, type Person, setClock } from './person.ts';
import { appId, appSecret, connectionPlace, type Place } from './place.ts';

const dayMs = 86_400_000;
const slowMs = 1_000;

/** How many exchanges of tokens are under way at once, of all clients together; the first waits until so many have begun. */
const underWay = { now: 0, atMost: 0, ever: 0 };
let together = 1;
class Counting extends GraphClient {
  override async exchange<T>(params: Record<string, string>) {
    underWay.now += 1;
    underWay.ever += 1;
    underWay.atMost = Math.max(underWay.atMost, underWay.now);
    try {
      await eventually(async () => underWay.ever >= together, { what: 'the other exchange to begin' });
      return await super.exchange<T>(params);
    } finally {
      underWay.now -= 1;
    }
  }
}

let place: Place;
let person: Person;
let graph: GraphClient;
/** Another worker has connections of its own. */
let otherControl: ControlDb;

beforeAll(async () => {
  place = await connectionPlace();
  graph = new Counting({ graphUrl: place.simulator.url, appId, appSecret });
  otherControl = connectControl(place.control.workerUrl);
});
beforeEach(async () => {
  await place.simulator.reset();
  person = await newPerson(place.simulator, [{ name: 'Bakery' }]);
  together = 1;
  Object.assign(underWay, { now: 0, atMost: 0, ever: 0 });
});
afterAll(async () => {
  await graph.close();
  await otherControl.destroy();
  await place.close();
});

const inTwoTenants = async (one: Person, other: Person): Promise<[Connected, Connected]> => [
  await connect(place, await place.control.tenant(), one),
  await connect(place, await place.control.tenant(), other),
];

/** Both workers find at the same time that their connection's token is due. */
async function refreshBoth([one, other]: [Connected, Connected]): Promise<string[]> {
  await setClock(place.simulator, 48 * dayMs);
  await goWrong(place.simulator, 'token', 'slow', { delayMs: slowMs, times: 2 });
  const nowMs = Date.now() + 48 * dayMs;
  const [here, there] = [place.parts.control, otherControl].map((control) =>
    connectionActivities({ ...place.parts, control, graph }),
  );
  if (!here || !there) throw new Error('There are two workers');
  return Promise.all([here.refreshToken({ ...one, nowMs }), there.refreshToken({ ...other, nowMs })]);
}

test('one person connected in two tenants: their tokens are never exchanged at once, and both work afterwards', async () => {
  const both = await inTwoTenants(person, person);
  const before = await Promise.all(both.map((it) => it.token('user')));
  expect(await refreshBoth(both)).toEqual(['refreshed', 'refreshed']);
  expect(underWay).toEqual({ now: 0, atMost: 1, ever: 2 });
  for (const [n, it] of both.entries()) {
    expect(await it.credential('user')).toMatchObject({ health: 'alive' });
    const token = await it.token('user');
    expect(token).not.toBe(before[n]);
    const said = await inspectToken(graph, token);
    expect(said.ok && said.data.valid).toBe(true);
    const page = await graph.call({
      ...{ method: 'GET', path: `/${person.pages[0]?.id}`, token: await it.token('page'), fields: ['id'] },
    });
    expect(page.ok).toBe(true);
  }
});

test('two persons do not wait for each other', async () => {
  together = 2;
  const other = await newPerson(place.simulator, [{ name: 'Pottery' }]);
  expect(await refreshBoth(await inTwoTenants(person, other))).toEqual(['refreshed', 'refreshed']);
  expect(underWay).toEqual({ now: 0, atMost: 2, ever: 2 });
});
