import { expect, test } from 'vitest';
import { assertAllowed, coveredBy } from '../../activities/graph/allowed.ts';
import { variables } from '../../deploy/variables.ts';
import { type AccountGrants, capabilitiesOf } from '../../meta/capabilities.ts';
import { coverageOf, fieldsFor, graphFields } from '../../meta/graph-objects.ts';
import { permissions, scopesToAsk } from '../../meta/permissions.ts';

test('by default the nine permissions of the policy are asked for, and no other', () => {
  expect(scopesToAsk().sort()).toEqual(
    [
      'business_management',
      'instagram_basic',
      'instagram_content_publish',
      'pages_manage_engagement',
      'pages_manage_metadata',
      'pages_manage_posts',
      'pages_read_engagement',
      'pages_read_user_content',
      'pages_show_list',
    ].sort(),
  );
});

test('an operator can have further permissions of the table asked for, and nothing outside it', () => {
  const asked = scopesToAsk(['pages_messaging', 'ads_management', 'user_friends']);
  expect(asked.sort()).toEqual([...scopesToAsk(), 'pages_messaging'].sort());
});

test('further permissions are switched on by name, and a name that is none of them is refused', () => {
  const { META_FURTHER_PERMISSIONS: variable } = variables.shape;
  expect(variable.parse('pages_messaging, read_insights,')).toEqual(['pages_messaging', 'read_insights']);
  for (const wrong of ['ads_management', 'pages_messaging,user_friends', 'pages_show_list'])
    expect(variable.safeParse(wrong).error?.issues[0]?.message).toBe('must name nothing but those listed here');
});

test('each permission says what is accessed and why, and what it requires is in the table before it', () => {
  for (const [index, { accessed, purpose, requires }] of permissions.entries()) {
    expect(accessed).toMatch(/^[A-Z].*\.$/);
    expect(purpose).toMatch(/^To .*\.$/);
    const before = permissions.slice(0, index).map(({ name }) => name);
    expect(before).toEqual(expect.arrayContaining([...requires]));
  }
});

test('nothing of a person, of ads or of payments is among what is ever asked of Meta', () => {
  const { fields, doors } = coverageOf(permissions.map(({ name }) => name));
  const all = [...Object.values(fields).flat(), ...doors.keys()].join(' ');
  expect(all).not.toMatch(/friends|birthday|email|gender|location|\bads?_|adaccounts|payment|funding|credit/);
  expect(graphFields.listedPage).not.toContain('access_token');
});

const page: AccountGrants = {
  platform: 'facebook',
  metaId: '1',
  pageMetaId: '1',
  scopes: scopesToAsk(),
  granularScopes: scopesToAsk().map((scope) => ({ scope })),
};
const available = (account: AccountGrants) =>
  capabilitiesOf(account)
    .filter(({ available }) => available)
    .map(({ capability }) => capability)
    .sort();

test('with the nine a Page can do everything but messages and insights, an Instagram account can be published to, read and kept in step', () => {
  expect(available(page)).toEqual(['analytics', 'answer-comments', 'delete-posts', 'publish', 'read-posts', 'sync']);
  expect(available({ ...page, platform: 'instagram', metaId: '2' })).toEqual([
    'analytics',
    'publish',
    'read-posts',
    'sync',
  ]);
});

test('what is granted for another Page only is not granted, and it is said what to do', () => {
  const granularScopes = scopesToAsk().map((scope) => ({ scope, target_ids: ['9'] }));
  const states = capabilitiesOf({ ...page, granularScopes });
  expect(states.filter(({ available }) => available)).toEqual([]);
  expect(states.find(({ capability }) => capability === 'publish')).toMatchObject({
    reason: expect.stringContaining('pages_manage_posts'),
    remedy: expect.stringContaining('Connect again'),
  });
  expect(states.find(({ capability }) => capability === 'messages')?.remedy).toContain('operator');
});

test('a permission for the Page counts for its Instagram account', () => {
  const granularScopes = scopesToAsk().map((scope) => ({
    scope,
    target_ids: [scope.startsWith('pages_') ? '1' : '2'],
  }));
  expect(available({ ...page, platform: 'instagram', metaId: '2', granularScopes })).toContain('publish');
});

test('a role without the task for it, or an absence of 90 days, takes away only what depends on it, and says what to do', () => {
  const states = (account: AccountGrants) => new Map(capabilitiesOf(account).map((state) => [state.capability, state]));
  const analyst = states({ ...page, tasks: ['ANALYZE'] });
  expect(analyst.get('publish')).toMatchObject({
    available: false,
    reason: expect.stringContaining('CREATE_CONTENT'),
    remedy: expect.stringContaining('full control'),
  });
  expect(analyst.get('analytics')).toMatchObject({ available: true });
  expect(available({ ...page, tasks: [] })).toContain('publish');
  expect(available({ ...page, dataAccessEnded: true })).toContain('publish');
  const away = capabilitiesOf({ ...page, platform: 'instagram', metaId: '2', dataAccessEnded: true });
  for (const state of away) expect(state).toMatchObject({ available: false, remedy: 'Connect again.' });
});

test('what an operator has had asked for is asked of the person, not of the operator', () => {
  const states = (further: string[]) => capabilitiesOf({ ...page, further });
  const messages = (further: string[]) => states(further).find(({ capability }) => capability === 'messages')?.remedy;
  expect(messages([])).toContain('operator');
  expect(messages(['pages_messaging'])).toContain('every permission ticked');
});

test('with a permission only its own fields and calls may be asked for', () => {
  expect(fieldsFor('listedPage', ['pages_show_list'])).toEqual(['id', 'name', 'username', 'tasks', 'is_published']);
  expect(fieldsFor('instagram', ['pages_show_list'])).toEqual([]);
  const { doors } = coverageOf(['pages_show_list']);
  expect([...doors.keys()].sort()).toEqual(['DELETE permissions', 'GET', 'GET accounts', 'GET permissions']);
});

test('a call that no permission covers is refused before it is sent', () => {
  const withoutInsights = coverageOf(scopesToAsk());
  const insights = { method: 'GET', path: '/1/insights', fields: ['name'] };
  expect(() => assertAllowed(insights, withoutInsights)).toThrow('not called');
  expect(() => assertAllowed(insights, coverageOf(scopesToAsk(['read_insights'])))).not.toThrow();
  const linked = { method: 'GET', path: '/me/accounts', fields: ['instagram_business_account{id,username,name}'] };
  expect(() => assertAllowed(linked, withoutInsights)).not.toThrow();
  expect(() => assertAllowed(linked, coverageOf(['pages_show_list']))).toThrow('field');
  expect(() => assertAllowed({ method: 'POST', path: '/1_2', fields: [] }, coverageOf(['pages_show_list']))).toThrow();
});

test('of what a token was not granted nothing is asked: fields are left out, and calls not made', () => {
  const call = { method: 'GET', path: '/1', fields: graphFields.page };
  expect(coveredBy(['pages_read_engagement'], call)?.fields).toEqual(['id', 'name', 'username', 'followers_count']);
  expect(coveredBy(scopesToAsk(), call)).toEqual(call);
  expect(coveredBy(['business_management'], call)).toBeUndefined();
  const subscribing = { method: 'POST', path: '/1/subscribed_apps' };
  expect(coveredBy(scopesToAsk(), subscribing)).toEqual(subscribing);
  expect(coveredBy(['pages_show_list'], subscribing)).toBeUndefined();
});
