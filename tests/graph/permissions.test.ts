import { expect, test } from 'vitest';
import { type AccountGrants, capabilitiesOf } from '../../meta/capabilities.ts';
import { graphEdges, graphFields } from '../../meta/graph-objects.ts';
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
  expect(scopesToAsk(['pages_messaging', 'ads_management', 'user_friends'])).toEqual([
    ...scopesToAsk(),
    'pages_messaging',
  ]);
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
  const all = [...Object.values(graphFields).flat(), ...Object.keys(graphEdges)].join(' ');
  expect(all).not.toMatch(/friends|birthday|email|gender|location|\bads?_|adaccounts|payment|funding|businesses/);
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

test('with the nine a Page can do everything but messages and insights, an Instagram account can be published to and read', () => {
  expect(available(page)).toEqual(['analytics', 'answer-comments', 'delete-posts', 'publish', 'read-posts', 'sync']);
  expect(available({ ...page, platform: 'instagram', metaId: '2' })).toEqual(['analytics', 'publish', 'read-posts']);
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
