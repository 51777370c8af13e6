import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { keepToken } from '../../activities/connection/credential.ts';
import { handOver } from '../../activities/connection/hand-over.ts';
import { connectionActivities } from '../../activities/connection/index.ts';
import { dropRoutes } from '../../activities/connection/routes.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { letGo } from '../../db/tenant/targets/let-go.ts';
import { type Connected, connect } from './connected.ts';
import { newPerson, type Person } from './person.ts';
import { connectionPlace, type Place } from './place.ts';
import { scheduled } from './scheduled.ts';

vi.mock('../../activities/connection/hand-over.ts', { spy: true });
vi.mock('../../activities/connection/routes.ts', { spy: true });
vi.mock('../../db/tenant/targets/let-go.ts', { spy: true });

/** Attempts that were frozen while others went on: what they read before is not true any more. */

let place: Place;
let act: ReturnType<typeof connectionActivities>;
let tenant: string;
let person: Person;
let owner: Connected;
let target: string;

beforeAll(async () => {
  place = await connectionPlace();
  act = connectionActivities(place.parts);
});
beforeEach(async () => {
  await place.simulator.reset();
  tenant = await place.control.tenant();
  person = await newPerson(place.simulator, [{ name: 'Bakery' }]);
  owner = await connect(place, tenant, person);
  const [account] = await owner.accounts();
  target = await scheduled(place, { tenant, account: account?.id ?? '', dueInMs: 3_600_000 });
});
afterAll(() => place?.close());

const rows = <T>(work: (db: TenantDb) => Promise<T>) => place.parts.tenants.use(tenant, work);

/** Another person of the tenant, who has a role on the same Page. */
async function colleague(): Promise<Connected> {
  const other = await newPerson(place.simulator, []);
  await place.givesRole(other, person.pages[0]?.id ?? '');
  return connect(place, tenant, { ...other, pages: person.pages });
}

/** A member wants the owner's login gone. */
const erasing = () =>
  rows((db) => db.updateTable('connections').set({ state: 'erasing' }).where('id', '=', owner.connection).execute());

const disconnect = () => act.disconnect({ tenant, connection: owner.connection });

/** What was written down of the disconnecting. */
const disconnections = () =>
  rows(async (db) => {
    const said = db.selectFrom('audit_log').select('details').where('action', '=', 'connection.disconnected');
    return (await said.execute()).map(({ details }) => details);
  });

async function goesOnWith(spare: Connected): Promise<void> {
  await isWith(spare);
  const row = await rows((db) => db.selectFrom('targets').selectAll().where('id', '=', target).executeTakeFirst());
  expect(row).toMatchObject({ state: 'scheduled', account: expect.any(String) });
  await isSubscribed();
}

async function isSubscribed(): Promise<void> {
  const { fields } = await place.simulator.ask<{ fields: string[] | null }>(
    'GET',
    `/sim/pages/${person.pages[0]?.id}/subscription`,
  );
  expect(fields).not.toBeNull();
}

async function isWith(spare: Connected): Promise<void> {
  expect(await owner.accounts()).toEqual([]);
  expect(await spare.accounts()).toMatchObject([{ name: 'Bakery', connection: spare.connection }]);
  expect(await spare.credential('page')).toMatchObject({ health: 'alive' });
  const routes = await place.control.control.selectFrom('routes').select('kind').where('tenant', '=', tenant).execute();
  expect(routes.map(({ kind }) => kind)).toContain('page');
}

test('an account that another attempt has handed over since it was read stays with whom it was given to', async () => {
  const spare = await colleague();
  await erasing();
  const { handOver: real } = await vi.importActual<{ handOver: typeof handOver }>(
    '../../activities/connection/hand-over.ts',
  );
  vi.mocked(handOver).mockImplementationOnce(async (...args) => {
    await disconnect();
    return real(...args);
  });
  await disconnect();
  await goesOnWith(spare);
  expect(await disconnections()).toHaveLength(1);
});

test('one that is handed over after nobody was there to take it stays as well', async () => {
  await erasing();
  const { letGo: real } = await vi.importActual<{ letGo: typeof letGo }>('../../db/tenant/targets/let-go.ts');
  const came: Connected[] = [];
  vi.mocked(letGo).mockImplementationOnce(async (...args) => {
    came.push(await colleague());
    await disconnect();
    return real(...args);
  });
  await disconnect();
  await goesOnWith(came[0] as Connected);
  expect(await disconnections()).toEqual([{ forgotten: 0, handedOver: 1, revoked: 'revoked' }]);
});

test('an account that a colleague connects while its posts are ended is theirs from then on', async () => {
  await erasing();
  const { letGo: real } = await vi.importActual<{ letGo: typeof letGo }>('../../db/tenant/targets/let-go.ts');
  const came: Connected[] = [];
  vi.mocked(letGo).mockImplementationOnce(async (...args) => {
    const done = await real(...args);
    came.push(await colleague());
    return done;
  });
  await disconnect();
  await isWith(came[0] as Connected);
  await isSubscribed();
  expect(await disconnections()).toEqual([{ forgotten: 0, handedOver: 1, revoked: 'revoked' }]);
});

test('one that a colleague connects when Meta was asked to stop is theirs, and its route leads to it', async () => {
  await erasing();
  const { dropRoutes: real } = await vi.importActual<{ dropRoutes: typeof dropRoutes }>(
    '../../activities/connection/routes.ts',
  );
  const came: Connected[] = [];
  // The first is while Meta is asked, when nobody else can adopt the Page.
  vi.mocked(dropRoutes)
    .mockImplementationOnce(real)
    .mockImplementationOnce(async (...args) => {
      came.push(await colleague());
      return real(...args);
    });
  await disconnect();
  await isWith(came[0] as Connected);
});

test('a token of an older login is not kept over that of a newer one', async () => {
  const [account] = await owner.accounts();
  const obtainedAtMs = (await owner.credential('page')).obtained_at.getTime();
  const facts = {
    valid: true,
    ofThisApp: true,
    kind: 'page' as const,
    userId: undefined,
    scopes: [],
    granularScopes: [],
  };
  const keep = (token: string, nowMs: number) =>
    rows((db) =>
      db.transaction().execute((trx) =>
        keepToken(place.parts, trx, {
          ...{ tenant, connection: owner.connection, account: account?.id ?? '', token, nowMs },
          facts: { ...facts, expiresAtMs: null, dataAccessExpiresAtMs: null },
        }),
      ),
    );
  await keep('newer', obtainedAtMs + 2_000);
  await keep('older', obtainedAtMs + 1_000);
  expect(await owner.token('page')).toBe('newer');
  await keep('newest', obtainedAtMs + 3_000);
  expect(await owner.token('page')).toBe('newest');
});
