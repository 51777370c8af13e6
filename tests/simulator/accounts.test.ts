import { expect, test } from 'vitest';
import { bakery, bakeryInstagram, ninePermissions, pat, pottery, simulated } from './simulated.ts';

const without = (...permissions: string[]) => ninePermissions.filter((name) => !permissions.includes(name));

test('the list of Pages comes in parts, and the address of the next part carries the token', async () => {
  await using meta = await simulated();
  const token = await meta.login();
  const first = (await meta.get('/v26.0/me/accounts', token, { limit: '2', fields: 'id,name' })).body;
  expect(first.data.map(({ name }: { name: string }) => name)).toEqual(['Harbour Bakery', 'Example Pottery']);
  expect(new URL(first.paging.next).searchParams.get('access_token')).toBe(token);
  const second = (await meta.get('/v26.0/me/accounts', token, { limit: '2', after: first.paging.cursors.after })).body;
  expect(second.data).toHaveLength(1);
  expect(second.paging.next).toBeUndefined();
  expect((await meta.get(first.paging.next)).body.data[0].id).toBe(second.data[0].id);
});

test('twenty-five Pages come at once when nothing is said, and a hundred at most', async () => {
  await using meta = await simulated();
  const pages = Array.from({ length: 30 }, (_, index) => ({ name: `Page ${index}` }));
  const { body: person } = await meta.sim('POST', 'users', { name: 'Many Pages', pages });
  const token = await meta.login({ person: person.id });
  expect((await meta.get('/me/accounts', token)).body.data).toHaveLength(25);
  expect((await meta.get('/me/accounts', token, { limit: '100' })).body.data).toHaveLength(30);
  expect((await meta.get('/me/accounts', token, { limit: '101' })).body.error).toMatchObject({ code: 1 });
  expect((await meta.get('/me/accounts', token, { after: 'nonsense' })).body.error.message).toContain('After Cursor');
});

test('a Page comes with its token and tasks, and with its Instagram account only when that is asked for and granted', async () => {
  await using meta = await simulated();
  const [page] = (await meta.get('/me/accounts', await meta.login())).body.data;
  expect(page).toMatchObject({
    id: bakery,
    access_token: expect.stringMatching(/^EAA/),
    tasks: expect.arrayContaining(['CREATE_CONTENT']),
  });
  expect(page).not.toHaveProperty('instagram_business_account');
  const fields = 'id,picture.type(large){url},instagram_business_account{id,username}';
  const asked = (await meta.get('/me/accounts', await meta.login(), { fields })).body.data[0];
  expect(asked.instagram_business_account).toEqual({ id: bakeryInstagram, username: 'harbourbakery' });
  expect((await fetch(asked.picture.data.url)).headers.get('content-type')).toContain('image/');
  const declined = (
    await meta.get('/me/accounts', await meta.login({ permissions: without('instagram_basic') }), { fields })
  ).body;
  expect(declined.data[0]).not.toHaveProperty('instagram_business_account');
});

test('a Page of a business is left out without business_management, but can be read by its id', async () => {
  await using meta = await simulated();
  const { body: page } = await meta.sim('POST', 'pages', {
    name: 'Head Office',
    business: true,
    people: [{ id: pat }],
  });
  const listed = async (token: string) =>
    (await meta.get('/me/accounts', token)).body.data.map(({ id }: { id: string }) => id);
  const token = await meta.login({ permissions: without('business_management') });
  expect(await listed(token)).not.toContain(page.id);
  expect((await meta.debug(token)).granular_scopes[0].target_ids).toContain(page.id);
  expect((await meta.get(`/${page.id}`, token, { fields: 'name,access_token' })).body).toMatchObject({
    name: 'Head Office',
    access_token: expect.any(String),
  });
});

test('a Page of a business is listed for who has a role in that business and granted business_management', async () => {
  await using meta = await simulated();
  const { body: page } = await meta.sim('POST', 'pages', {
    name: 'Head Office',
    business: true,
    people: [{ id: pat }],
  });
  const ids = (await meta.get('/me/accounts', await meta.login())).body.data.map(({ id }: { id: string }) => id);
  expect(ids).toContain(page.id);
});

test('a Page that was not ticked is neither listed nor given a token', async () => {
  await using meta = await simulated();
  const token = await meta.login({ pages: [bakery] });
  expect((await meta.get('/me/accounts', token)).body.data).toHaveLength(1);
  expect((await meta.get(`/${pottery}`, token, { fields: 'name,access_token' })).body.error).toMatchObject({
    code: 10,
  });
});

test('permissions are listed as granted and declined, and one can be revoked', async () => {
  await using meta = await simulated();
  const token = await meta.login({ permissions: without('business_management') });
  const statuses = async () =>
    new Map(
      (await meta.get('/me/permissions', token)).body.data.map((each: { permission: string; status: string }) => [
        each.permission,
        each.status,
      ]),
    );
  expect((await statuses()).get('pages_show_list')).toBe('granted');
  expect((await statuses()).get('business_management')).toBe('declined');
  expect((await meta.delete(`/${pat}/permissions/instagram_basic`, token)).body).toEqual({ success: true });
  expect((await statuses()).get('instagram_basic')).toBe('declined');
});

test('removing the app ends every token of the person', async () => {
  await using meta = await simulated();
  const [user, page] = [await meta.login(), await meta.pageToken()];
  expect((await meta.delete('/me/permissions', user)).body).toEqual({ success: true });
  for (const token of [user, page]) {
    expect((await meta.get('/me', token)).body.error).toMatchObject({ code: 190, error_subcode: 458 });
    expect(await meta.debug(token)).toMatchObject({ is_valid: false, error: { subcode: 458 }, scopes: [] });
  }
});

test('a lost role ends the Page token and leaves the user token alone', async () => {
  await using meta = await simulated();
  const [user, page] = [await meta.login(), await meta.pageToken()];
  await meta.sim('DELETE', 'roles', { person: pat, page: bakery });
  expect((await meta.get('/me', page)).body.error).toMatchObject({ code: 190, error_subcode: 492 });
  expect((await meta.get('/me', user)).body.name).toBe('Pat Example');
});

test('a changed password ends the tokens from before it, not those after', async () => {
  await using meta = await simulated();
  const before = await meta.login();
  await meta.sim('POST', 'tokens/dead', { person: pat });
  expect((await meta.get('/me', before)).body.error).toMatchObject({ code: 190, error_subcode: 460 });
  expect((await meta.get('/me', await meta.login())).status).toBe(200);
});

test('an Instagram account shows its fields to who was granted instagram_basic', async () => {
  await using meta = await simulated();
  const fields = 'id,username,name,followers_count,media_count,profile_picture_url';
  expect((await meta.get(`/${bakeryInstagram}`, await meta.pageToken(), { fields })).body).toMatchObject({
    username: 'harbourbakery',
    media_count: 0,
  });
  const declined = await meta.login({ permissions: without('instagram_basic') });
  expect((await meta.get(`/${bakeryInstagram}`, declined, { fields })).body.error).toMatchObject({ code: 10 });
});

test('Pages and permissions of a person are for that person alone', async () => {
  await using meta = await simulated();
  const { body: other } = await meta.sim('POST', 'users', { name: 'Sam Other', pages: [{ name: 'Of Sam' }] });
  for (const token of [await meta.login({ person: other.id }), await meta.pageToken()])
    for (const [method, edge] of [
      ['GET', 'accounts'],
      ['GET', 'permissions'],
      ['DELETE', 'permissions'],
    ] as const)
      expect((await meta.call(method, `/${pat}/${edge}`, { token })).body.error).toMatchObject({
        code: 100,
        error_subcode: 33,
      });
});
