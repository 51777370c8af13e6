import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { scopesToAsk } from '../../meta/permissions.ts';
import { authorizationId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { asWorker, withTemporal } from '../stack/as-worker.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type Connection, Dialog } from './dialog.ts';
import { newPerson, type Person, setClock } from './person.ts';

let stack: Stack;
let dialog: Dialog;
let person: Person;

const stackWith = (env: Record<string, string>) => {
  beforeAll(async () => {
    stack = await startStack({ env });
    dialog = new Dialog(stack);
  });
  beforeEach(async () => {
    await stack.simulator.reset();
    person = await newPerson(stack.simulator, [{ name: 'Bakery', instagram: { username: 'bread' } }]);
  });
  afterAll(() => stack.stop());
};
const grants = ({ permissions }: Connection) => Object.fromEntries(permissions.map(({ name, grant }) => [name, grant]));

describe('with scopes', () => {
  stackWith({ META_FURTHER_PERMISSIONS: 'pages_messaging' });

  test('the dialog asks for the table and what an operator wants besides, and what is granted is in the review', async () => {
    const { url } = await dialog.begin();
    expect(url.searchParams.get('scope')?.split(',')).toEqual(scopesToAsk(['pages_messaging']));
    expect(url.searchParams.has('auth_type')).toBe(false);
    const connection = await dialog.logIn({ person: person.id });
    expect(connection.missing).toEqual([]);
    expect(grants(connection)).toMatchObject({ pages_messaging: 'granted', read_insights: 'not-asked' });
  });

  test('what was declined is asked for again the next time, and granted then', async () => {
    const permissions = scopesToAsk(['pages_messaging']).filter((name) => name !== 'pages_manage_posts');
    const declined = await dialog.logIn({ person: person.id, permissions });
    expect(grants(declined)).toMatchObject({ pages_manage_posts: 'declined', pages_show_list: 'granted' });
    expect(declined.missing).toEqual([expect.stringContaining('pages_manage_posts was declined')]);
    const { url } = await dialog.begin();
    expect(url.searchParams.get('auth_type')).toBe('rerequest');
    const granted = await dialog.logIn({ person: person.id });
    expect(granted.id).toBe(declined.id);
    expect(grants(granted)).toMatchObject({ pages_manage_posts: 'granted' });
    expect(granted.missing).toEqual([]);
    expect((await dialog.begin()).url.searchParams.has('auth_type')).toBe(false);
  });

  test('who cancels, and who comes back a second time, is told so', async () => {
    const canceled = await dialog.through({ person: person.id, decision: 'cancel' });
    expect(canceled).toMatchObject({ status: 'denied', reason: expect.stringContaining('canceled') });
    const { id, url } = await dialog.begin();
    const back = await dialog.decide(url, { person: person.id });
    expect((await dialog.comeBack(back)).status).toBe(303);
    expect((await dialog.comeBack(back)).body).toContain('used already');
    expect(await dialog.ended(id)).toMatchObject({ status: 'done' });
  });

  test('a code that is older than ten minutes ends in words', async () => {
    const { id, url } = await dialog.begin();
    const back = await dialog.decide(url, { person: person.id });
    await setClock(stack.simulator, 10 * 60_000 + 1);
    await dialog.comeBack(back);
    expect(await dialog.ended(id)).toMatchObject({
      status: 'failed',
      reason:
        'Facebook did not accept the login: it can be used once only, and for a few minutes. Please connect again.',
    });
  });

  test('who closes the window is told after 15 minutes what happened and what to do', async () => {
    const { id } = await dialog.begin();
    const before = await stack.member.get<{ expiresAt: string; createdAt: string }>(`/v1/authorizations/${id}`);
    const { expiresAt, createdAt } = before.body;
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBeCloseTo(15 * 60_000, -3);
    await asWorker(stack, async (db, tenant) => {
      const past = { expires_at: new Date(Date.now() - 1) };
      await db.updateTable('authorizations').set(past).where('id', '=', id).execute();
      await withTemporal(stack, (client) => nudge(client, authorizationId(tenant, id)));
    });
    expect(await dialog.ended(id)).toMatchObject({
      status: 'expired',
      reason: expect.stringMatching(/^Nobody came back from Facebook within 15 minutes\. Please connect again/),
    });
  });

  test('an app in development mode lets nobody in, and the attempt says where to look', async () => {
    await stack.simulator.switches({ appMode: 'development' });
    const { url } = await dialog.begin();
    await expect(dialog.decide(url, { person: person.id })).rejects.toThrow('App not active');
  });
});

describe('with a configuration of Login for Business', () => {
  stackWith({
    META_LOGIN_MODE: 'config',
    META_CONFIG_ID: '900000000000001',
    META_FURTHER_PERMISSIONS: 'pages_messaging',
  });

  test('no scopes are sent, and the table verifies what the configuration has granted', async () => {
    const { url } = await dialog.begin();
    expect(url.searchParams.get('config_id')).toBe('900000000000001');
    expect(url.searchParams.has('scope')).toBe(false);
    const connection = await dialog.logIn({ person: person.id });
    for (const name of scopesToAsk()) expect(grants(connection)).toMatchObject({ [name]: 'granted' });
    expect(grants(connection)).toMatchObject({ pages_messaging: 'not-asked' });
    expect(connection.missing).toEqual([
      expect.stringMatching(/^Facebook did not offer the permission pages_messaging .* configuration of the login/),
    ]);
    const bakery = person.pages[0]?.id ?? '';
    expect((await dialog.choose(connection, [bakery])).missing).toEqual([]);
  });

  test('it is all or nothing: who declines one has connected nothing', async () => {
    const { status, reason } = await dialog.through({ person: person.id, permissions: ['pages_show_list'] });
    expect({ status, reason }).toEqual({ status: 'denied', reason: expect.stringContaining('nothing was connected') });
  });

  test('the token of a system user is refused in words, and nothing is kept of it', async () => {
    await stack.simulator.switches({ systemUserTokens: true });
    const { status, reason, connectionId } = await dialog.through({ person: person.id });
    expect({ status, connectionId }).toEqual({ status: 'failed', connectionId: null });
    expect(reason).toContain('"user access token"');
    const codes = await asWorker(stack, (db) => db.selectFrom('authorizations').select('code_sealed').execute());
    expect(codes.flat().filter(({ code_sealed }) => code_sealed)).toEqual([]);
  });
});

describe('with a configuration for each set of tiers', () => {
  stackWith({
    META_LOGIN_MODE: 'config',
    META_CONFIG_ID:
      'base:900000000000001,inbox:900000000000002,insights:900000000000003,inbox+insights:900000000000004',
    META_FURTHER_PERMISSIONS: 'read_insights,instagram_manage_insights',
  });

  test('who logs in is asked for what is wanted; who does so once more also for what was granted before', async () => {
    const { url } = await dialog.begin();
    expect(url.searchParams.get('config_id')).toBe('900000000000003');
    // At a time when an operator wanted the inbox instead.
    const { id, url: before } = await dialog.begin();
    before.searchParams.set('config_id', '900000000000002');
    await dialog.comeBack(await dialog.decide(before, { person: person.id }));
    const connection = (await dialog.ended(id)).connectionId ?? '';
    const granted = await dialog.becomes(connection, 'choosing');
    expect(grants(granted)).toMatchObject({ pages_messaging: 'granted', read_insights: 'not-asked' });
    expect(granted.missing.join()).toContain('did not offer the permission read_insights');

    expect((await dialog.begin()).url.searchParams.get('config_id')).toBe('900000000000004');
    const again = await dialog.logIn({ person: person.id });
    expect(again).toMatchObject({ id: connection, missing: [] });
    expect(grants(again)).toMatchObject({ pages_messaging: 'granted', read_insights: 'granted' });
  });
});
