import { expect, test } from 'vitest';
import { bakery, ninePermissions, pat, pottery, type Simulated, simulated } from './simulated.ts';

const without = (...permissions: string[]) => ninePermissions.filter((name) => !permissions.includes(name));
const ids = ({ body }: { body: { data: { id: string }[] } }) => body.data.map(({ id }) => id);

async function portfolio(meta: Simulated, more: Record<string, unknown> = {}): Promise<string> {
  const pages = [{ id: bakery }, { id: pottery, as: 'client' }];
  const made = await meta.sim('POST', 'businesses', { name: 'Harbour Group', pages, people: [{ id: pat }], ...more });
  return made.body.id;
}

test('a business lists the Pages that it owns, and those that it holds for clients, to its people', async () => {
  await using meta = await simulated();
  const business = await portfolio(meta, { twoFactor: 'all_required' });
  const token = await meta.login();
  const fields = { fields: 'id,name,two_factor_type' };
  expect((await meta.get('/v26.0/me/businesses', token, fields)).body.data).toEqual([
    { id: business, name: 'Harbour Group', two_factor_type: 'all_required' },
  ]);
  expect(ids(await meta.get(`/${business}/owned_pages`, token))).toEqual([bakery]);
  expect(ids(await meta.get(`/${business}/client_pages`, token))).toEqual([pottery]);
  expect((await meta.get(`/${business}`, token)).body).toEqual({ id: business, name: 'Harbour Group' });
});

test('without business_management nothing of a business is shown, and for strangers there is none', async () => {
  await using meta = await simulated();
  const business = await portfolio(meta);
  const declined = await meta.login({ permissions: without('business_management') });
  for (const path of ['/me/businesses', `/${business}`, `/${business}/owned_pages`])
    expect((await meta.get(path, declined)).body.error).toMatchObject({ code: 200 });
  const { body: stranger } = await meta.sim('POST', 'users', { name: 'Sam Other' });
  const token = await meta.login({ person: stranger.id });
  expect(ids(await meta.get('/me/businesses', token))).toEqual([]);
  expect((await meta.get(`/${business}/owned_pages`, token)).body.error).toMatchObject({ code: 100 });
});

test('a business shows Pages that were not ticked and those on which the person has no role, without a token for these', async () => {
  await using meta = await simulated();
  const { body: page } = await meta.sim('POST', 'pages', { name: 'Without a role' });
  const business = await portfolio(meta, { pages: [{ id: bakery }, { id: page.id }] });
  const token = await meta.login({ pages: [pottery] });
  const { body } = await meta.get(`/${business}/owned_pages`, token, { fields: 'id,access_token' });
  expect(body.data).toEqual([{ id: bakery }, { id: page.id }]);
});

test('the list of Pages leaves out those of a business in which the person has no role, or not the second factor it wants', async () => {
  await using meta = await simulated();
  await portfolio(meta, { pages: [{ id: bakery }], people: [] });
  await portfolio(meta, {
    name: 'Careful',
    twoFactor: 'all_required',
    pages: [{ id: pottery }],
    people: [{ id: pat, secondFactor: false }],
  });
  const listed = ids(await meta.get('/me/accounts', await meta.login()));
  expect(listed).not.toContain(bakery);
  expect(listed).not.toContain(pottery);
  expect(listed).toHaveLength(1);
});

test('whoever allows every Page, now and later, has a token that names none', async () => {
  await using meta = await simulated();
  const token = await meta.login({ pages: ['every'] });
  expect((await meta.debug(token)).granular_scopes).toEqual(ninePermissions.map((scope) => ({ scope })));
  expect(ids(await meta.get('/me/accounts', token))).toHaveLength(3);
});

test('an unpublished Page and an Instagram account that is not professional are shown as such', async () => {
  await using meta = await simulated();
  const pages = [
    { name: 'Hidden', unpublished: true, otherInstagram: { username: 'private_person' } },
    { name: 'Two', instagram: { username: 'shop' }, otherInstagram: { username: 'owner' } },
  ];
  const { body: person } = await meta.sim('POST', 'users', { name: 'Two Accounts', pages });
  const token = await meta.login({ person: person.id });
  const fields = 'is_published,instagram_business_account{username},connected_instagram_account{username}';
  const { data } = (await meta.get('/me/accounts', token, { fields })).body;
  expect(data[0]).toMatchObject({ is_published: false, connected_instagram_account: { username: 'private_person' } });
  expect(data[0]).not.toHaveProperty('instagram_business_account');
  expect(data[1]).toMatchObject({
    is_published: true,
    instagram_business_account: { username: 'shop' },
    connected_instagram_account: { username: 'owner' },
  });
});

test('calls are counted by name, and the count can be begun anew', async () => {
  await using meta = await simulated();
  const token = await meta.login();
  await meta.sim('DELETE', 'calls');
  await meta.get('/me/accounts', token);
  await meta.get('/me/accounts', token);
  await meta.get(`/${bakery}/feed`, token);
  expect((await meta.sim('GET', 'calls')).body).toEqual({ accounts: 2, listPosts: 1 });
});

test('an app in development mode shows nobody its dialog', async () => {
  await using meta = await simulated();
  await meta.switch({ appMode: 'development' });
  const { status, body } = await meta.get(meta.dialog());
  expect(status).toBe(400);
  expect(body).toContain('App not active');
});

test('a permission with Standard Access only is offered to nobody, and has no answer', async () => {
  await using meta = await simulated();
  await meta.switch({ withheldPermissions: 'instagram_basic,pages_manage_posts' });
  const token = await meta.login();
  expect((await meta.debug(token)).scopes).toEqual(without('instagram_basic', 'pages_manage_posts'));
  const { data } = (await meta.get('/me/permissions', token)).body;
  expect(data.map(({ permission }: { permission: string }) => permission)).not.toContain('instagram_basic');
});

test('a login can be made to give the token of a system user', async () => {
  await using meta = await simulated();
  await meta.switch({ systemUserTokens: true });
  expect(await meta.debug(await meta.login())).toMatchObject({ type: 'SYSTEM_USER', is_valid: true });
});
