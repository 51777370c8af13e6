import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertAllowed } from '../../activities/graph/allowed.ts';
import { coverageOf } from '../../meta/graph-objects.ts';
import type { GraphObject } from '../../meta/permission.ts';
import { furtherPermissions, permissions, scopesToAsk } from '../../meta/permissions.ts';
import { type Connection, Dialog } from '../connection/dialog.ts';
import { newBusiness, newPage, takeRole } from '../connection/person.ts';
import { asWorker } from '../stack/as-worker.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type Asked, askedOfMeta } from './asked-of-meta.ts';
import { credentialsOf, histories, sightings, type Written } from './canaries.ts';
import { rowsOf } from './rows.ts';

const canary = (what: string) => `CANARY-${what}-51b7e2`;
/** One who grants everything: chooses a Page, an Instagram account without its Page, and leaves the rest. */
const pat = {
  id: '10229990000551001',
  name: canary('pat'),
  pages: [
    { name: canary('chosen'), id: '61559990000551001', followers: 4_321 },
    {
      name: canary('carrier'),
      id: '61559990000551002',
      instagram: { username: 'canary_carried_51b7e2', id: '17849990000551002', followers: 765 },
    },
    {
      name: canary('unchosen'),
      id: '61559990000551003',
      unpublished: true,
      instagram: { username: 'canary_unchosen_51b7e2', id: '17849990000551003' },
    },
    { name: canary('held-by-business'), id: '61559990000551004' },
    { name: canary('lost'), id: '61559990000551005' },
  ],
} as const;
const [chosen, carrier, unchosen, held, lost] = pat.pages;
/** One who declines most of it. */
const kim = {
  id: '10229990000551010',
  name: canary('kim'),
  pages: [{ name: canary('of-kim'), id: '61559990000551010', instagram: { username: 'canary_kim_51b7e2' } }],
} as const;
const kimGrants = ['pages_show_list', 'pages_manage_posts'];

let stack: Stack;
let dialog: Dialog;
let found: Connection;
let ofPat: Connection;
let ofKim: Connection;
let foreign: { id: string };
let asked: { pat: Asked[]; kim: Asked[] };
let written: Written[];

// Two people connect through the real dialog, API, workflows and worker; then everything that was asked and written is looked at.
beforeAll(async () => {
  stack = await startStack({ env: { LOG_LEVEL: 'debug' } });
  dialog = new Dialog(stack);
  for (const person of [pat, kim]) await stack.simulator.ask('POST', '/sim/users', person);
  foreign = await newPage(stack.simulator, canary('foreign'));
  await newBusiness(stack.simulator, { name: 'Group', pages: [held, foreign], people: [pat] });
  const { id, url } = await dialog.begin();
  const back = await dialog.decide(url, { person: pat.id });
  await takeRole(stack.simulator, pat.id, lost.id);
  await takeRole(stack.simulator, pat.id, held.id);
  await dialog.comeBack(back);
  found = await dialog.becomes((await dialog.ended(id)).connectionId ?? '', 'choosing');
  ofPat = await dialog.choose(found, [chosen.id, carrier.instagram.id]);
  const askedOfPat = askedOfMeta(stack);
  const choosing = await dialog.logIn({ person: kim.id, permissions: kimGrants });
  ofKim = await dialog.choose(choosing, [kim.pages[0].id]);
  asked = { pat: askedOfPat, kim: askedOfMeta(stack).slice(askedOfPat.length) };
  const tenants = await asWorker(stack, async (_, tenant) => `quixess_t_${tenant.replaceAll('-', '')}`);
  const control = new URL(stack.control.workerUrl).pathname.slice(1);
  const rows = await Promise.all([control, ...tenants].map(rowsOf));
  const logs = (['worker', 'api'] as const).map((name) => ({ where: `${name}.log`, text: stack.processes.log(name) }));
  written = [...rows.flat(), ...logs, ...(await histories(stack))];
});

afterAll(() => stack?.stop());

interface Account {
  platform: string;
  metaId: string;
  name: string;
  followers: number | null;
}

const accounts = async () => (await stack.member.get<{ items: Account[] }>('/v1/accounts')).body.items;

test('1.1.1 every Page that the person manages is listed, and they choose which to connect', async () => {
  const names = found.found.filter(({ platform }) => platform === 'facebook').map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([chosen.name, carrier.name, unchosen.name]));
  const connected = (await accounts()).map(({ metaId }) => metaId);
  expect(connected.sort()).toEqual([carrier.instagram.id, chosen.id, kim.pages[0].id].sort());
});

test('1.1.9 a Page that only its business lists is found, by who granted business_management', () => {
  expect(found.found).toContainEqual(expect.objectContaining({ metaId: held.id, name: held.name }));
  expect(asked.pat.map(({ call }) => call)).toEqual(expect.arrayContaining(['businesses', 'businessPages']));
  expect(asked.kim.filter(({ call }) => call.startsWith('business'))).toEqual([]);
});

test('1.1.10 nothing is asked of Meta that the permissions of that very login do not cover', () => {
  const beyond = (calls: Asked[], granted: string[]) => {
    const coverage = coverageOf(granted);
    return calls.filter(({ method, path, fields }) => {
      const [, node = '', edge] = path.split('/');
      if (['debug_token', 'oauth'].includes(node)) return false;
      const door = edge ? `${method} ${edge}` : method;
      const every = Object.keys(coverage.fields) as GraphObject[];
      const kinds = edge ? (coverage.doors.get(door) ?? []) : every;
      const covered = kinds.some((kind) => fields.every((field) => coverage.fields[kind]?.includes(field)));
      return !coverage.doors.has(door) || (fields.length > 0 && !covered);
    });
  };
  expect(asked.pat.length).toBeGreaterThan(8);
  expect(asked.kim.length).toBeGreaterThan(4);
  expect(beyond(asked.pat, scopesToAsk())).toEqual([]);
  expect(beyond(asked.kim, kimGrants)).toEqual([]);
});

test('1.1.10 and 7.4 the person reads for each permission what is accessed, why, and what they answered', async () => {
  const review = (await stack.member.get<Connection>(`/v1/connections/${ofKim.id}`)).body.permissions;
  expect(review.map(({ name }) => name)).toEqual(permissions.map(({ name }) => name));
  for (const { name, accessed, purpose, grant, accounts: granted } of review) {
    expect(accessed).toMatch(/^[A-Z].{10,}\.$/);
    expect(purpose).toMatch(/^To .{5,}\.$/);
    const answer = kimGrants.includes(name) ? 'granted' : furtherPermissions.includes(name) ? 'not-asked' : 'declined';
    expect({ name, grant }).toEqual({ name, grant: answer });
    expect(granted).toEqual(answer === 'granted' ? [kim.pages[0].id] : null);
  }
});

test('7.4 what the person takes back at Meta is reviewed as taken back once they come by again', async () => {
  const without = scopesToAsk().filter((name) => name !== 'pages_manage_engagement');
  const grantOf = ({ permissions: review }: Connection) =>
    review.find(({ name }) => name === 'pages_manage_engagement')?.grant;
  expect(grantOf(ofPat)).toBe('granted');
  expect(grantOf(await dialog.logIn({ person: pat.id, permissions: without }))).toBe('declined');
});

test('1.2.2 name, id and follower count of a connected account are kept and shown', async () => {
  const shown = await accounts();
  expect(shown).toContainEqual(
    expect.objectContaining({ platform: 'facebook', metaId: chosen.id, name: chosen.name, followers: 4_321 }),
  );
  expect(shown).toContainEqual(
    expect.objectContaining({ platform: 'instagram', metaId: carrier.instagram.id, followers: 765 }),
  );
});

test("1.3.1 nothing of the person's own profile is asked or kept", () => {
  expect([...asked.pat, ...asked.kim].filter(({ call }) => call === 'readPerson')).toEqual([]);
  expect(sightings(written, [pat.name, kim.name])).toEqual([]);
  for (const fields of [['name'], ['id'], []]) expect(() => ask('GET', '/me', fields)).toThrow();
  for (const edge of ['friends', 'feed', 'posts', 'photos', 'albums', 'likes'])
    for (const node of ['me', '1']) {
      if (node === '1' && ['feed', 'photos', 'likes'].includes(edge)) continue; // edges of Pages too
      expect(() => ask('GET', `/${node}/${edge}`, ['id'])).toThrow();
    }
});

test('1.3.2 messages of a personal account cannot be asked for, whatever permissions are asked for', () => {
  for (const edge of ['conversations', 'inbox', 'messages', 'threads'])
    expect(() => ask('GET', `/me/${edge}`, ['id'])).toThrow('Nothing of a person');
  expect(asked.pat.filter(({ path }) => /conversations|messages|inbox/.test(path))).toEqual([]);
});

test('1.3.3 of what was not chosen nothing is in any table, history or log', () => {
  for (const kind of ['authorization:', 'connection:'])
    expect(written.some(({ where }) => where.startsWith(kind))).toBe(true);
  expect(sightings(written, [chosen.name])).not.toEqual([]);
  const traces = [unchosen.name, unchosen.id, unchosen.instagram.username, unchosen.instagram.id];
  expect(sightings(written, [...traces, held.name, held.id, lost.name, lost.id])).toEqual([]);
});

test('1.3.3 no token of an unchosen Page is ever asked for', () => {
  const withToken = [...asked.pat, ...asked.kim].filter(({ fields }) => fields.includes('access_token'));
  const pages = new Set(withToken.map(({ path }) => path));
  expect([...pages].sort()).toEqual([`/${chosen.id}`, `/${carrier.id}`, `/${kim.pages[0].id}`].sort());
});

test('1.3.3 of a Page that only carries a chosen Instagram account there is its id and a sealed token, and no more', async () => {
  expect(sightings(written, [carrier.name])).toEqual([]);
  expect(asked.pat.filter(({ path }) => path.startsWith(`/${carrier.id}/`)).map(({ call }) => call)).toEqual([
    'subscribe',
  ]);
  const tokens = (await credentialsOf(stack)).map(({ token }) => token);
  expect(sightings(written, tokens)).toEqual([]);
});

test('1.3.4 no permission, call or field has to do with ads or payments', () => {
  const { fields, doors } = coverageOf(permissions.map(({ name }) => name));
  const everything = [...Object.values(fields).flat(), ...doors.keys(), ...permissions.map(({ name }) => name)];
  for (const one of everything)
    expect(one).not.toMatch(/(^|_|\s)ads?(_|\b)|adaccount|business_users|payment|funding|invoice|credit|billing/);
  for (const edge of ['adaccounts', 'promote_pages', 'owned_ad_accounts', 'client_ad_accounts', 'payment_account'])
    expect(() => ask('GET', `/1/${edge}`, ['id'])).toThrow('not called');
  expect(
    [...asked.pat, ...asked.kim].filter(({ path, fields }) => /ad_?account|payment/.test(`${path} ${fields}`)),
  ).toEqual([]);
});

test("1.3.5 of other people's accounts nothing is offered and nothing kept, though Meta names them", async () => {
  const offered = found.found.map(({ metaId }) => metaId);
  for (const other of [foreign.id, ...kim.pages.map(({ id }) => id)]) expect(offered).not.toContain(other);
  expect(sightings(written, [canary('foreign'), foreign.id])).toEqual([]);
  const owners = await asWorker(stack, (db) =>
    db.selectFrom('accounts').select(['connection', 'meta_id']).where('meta_id', '=', kim.pages[0].id).execute(),
  );
  expect(owners.flat()).toEqual([{ connection: ofKim.id, meta_id: kim.pages[0].id }]);
});

const everyPermission = coverageOf(permissions.map(({ name }) => name));
const ask = (method: string, path: string, fields: string[]) =>
  assertAllowed({ method, path, fields }, everyPermission);
