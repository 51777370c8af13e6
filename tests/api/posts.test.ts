import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { publishId } from '../../workflows/ids.ts';
import { eventually } from '../stack/eventually.ts';
import { freePort } from '../stack/free-port.ts';
import { type Api, type Person, startApi, startApiFor } from './api.ts';
import { images, seedAccount, seedConnection } from './seed.ts';

interface Post {
  id: string;
  text: string | null;
  publishAt: string | null;
  media: { id: string; altText: string | null }[];
  targets: { id: string; account: string; state: string; text: string | null }[];
  resolution: { local: string; zone: string; instant: string; occursTwice: boolean } | null;
  notes: { pointer?: string; detail: string }[];
}

let api: Api;
let tenant: string;
let editor: Person;
let page: string;
let otherPage: string;
beforeAll(async () => {
  ({ api, tenant, person: editor } = await startApiFor('editor'));
  await api.rows(tenant, async (db) => {
    const connection = await seedConnection(db);
    page = await seedAccount(db, connection);
    otherPage = await seedAccount(db, connection);
  });
});
afterAll(() => api.stop());

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const onPage = () => [{ account: page, kind: 'feed' }];
const create = <T = Post>(post: Record<string, unknown>) => editor.client.post<T>('/v1/posts', post);
const refused = async (post: Record<string, unknown>) => {
  const { status, body } = await create<Problem>(post);
  expect(status).toBe(422);
  return body;
};
const entry = (target: string) =>
  api.control.selectFrom('workflows').selectAll().where('id', '=', publishId(tenant, target)).executeTakeFirst();

const upload = async (image: Buffer) => (await editor.client.post<{ id: string }>('/v1/media', image)).body.id;

test('a scheduled post is in its tenant, wanted in control, and its workflow has been told', async () => {
  const publishAt = inAnHour();
  const { status, body, headers } = await create({
    text: 'Opening at nine',
    publishAt,
    targets: [
      { account: page, kind: 'feed' },
      { account: otherPage, kind: 'feed', text: 'Other words' },
    ],
  });
  expect(status).toBe(201);
  expect(headers.get('location')).toBe(`/v1/posts/${body.id}`);
  expect(body).toMatchObject({ text: 'Opening at nine', publishAt, resolution: null });
  expect(body.targets).toMatchObject([
    { account: page, state: 'scheduled', text: null },
    { account: otherPage, state: 'scheduled', text: 'Other words' },
  ]);
  for (const { id } of body.targets) {
    const wanted = await entry(id);
    expect(wanted).toMatchObject({ wanted: 1, sent: 1, claimed_by: null });
    expect(wanted?.due_at?.toISOString()).toBe(publishAt);
    const run = await api.parts.temporal.workflow.getHandle(publishId(tenant, id)).describe();
    expect(run.type).toBe('publish');
  }
  const { resolution: _, notes: __, ...kept } = body;
  expect((await editor.client.get<Post>(`/v1/posts/${body.id}`)).body).toEqual(kept);
});

test('the revision of a target is what control says it is', async () => {
  const { body } = await create({ text: 'x', targets: onPage() });
  const target = body.targets[0]?.id ?? '';
  const row = await api.rows(tenant, (db) =>
    db.selectFrom('targets').select('revision').where('id', '=', target).executeTakeFirst(),
  );
  expect(row?.revision).toBe((await entry(target))?.wanted);
});

test('without a time it is due now, by the clock of the database', async () => {
  const { status, body } = await create({ text: 'Now', targets: onPage() });
  expect(status).toBe(201);
  expect(Math.abs(Date.parse(body.publishAt ?? '') - Date.now())).toBeLessThan(60_000);
});

test('an id is an id whatever its capitals', async () => {
  const { status, body } = await create({ text: 'x', targets: [{ account: page.toUpperCase(), kind: 'feed' }] });
  expect(status).toBe(201);
  expect(body.targets[0]?.account).toBe(page);
  expect((await editor.client.get(`/v1/posts/${body.id.toUpperCase()}`)).status).toBe(200);
});

test('a draft is kept and nobody is told', async () => {
  const { status, body } = await create({ text: 'Later, perhaps', draft: true, targets: onPage() });
  expect(status).toBe(201);
  expect(body).toMatchObject({ publishAt: null, targets: [{ state: 'draft' }] });
  expect(await entry(body.targets[0]?.id ?? '')).toBeUndefined();
});

test('photos keep their order and their alt texts', async () => {
  const [png, gif] = [await upload(images.png), await upload(images.gif)];
  const media = [{ id: gif, altText: 'A door' }, { id: png }];
  const { status, body } = await create({ media, targets: onPage() });
  expect(status).toBe(201);
  expect(body.media).toEqual([
    { id: gif, altText: 'A door' },
    { id: png, altText: null },
  ]);
});

test('a time in the past is refused with what time it is', async () => {
  const past = new Date(Date.now() - 120_000).toISOString();
  const { errors } = await refused({ text: 'Too late', publishAt: past, targets: onPage() });
  expect(errors?.[0]?.pointer).toBe('/publishAt');
  expect(errors?.[0]?.detail).toContain('is in the past');
  const aMoment = new Date(Date.now() - 20_000).toISOString();
  expect((await create({ text: 'Just', publishAt: aMoment, targets: onPage() })).status).toBe(201);
});

test('a time that no client could read is refused, and the list stays readable', async () => {
  for (const publishAt of ['9999-12-31T23:59:59-23:59', { local: '9999-12-31T23:59', zone: 'Etc/GMT+12' }]) {
    const { errors } = await refused({ text: 'Too late', publishAt, draft: true, targets: onPage() });
    expect(errors).toMatchObject([{ pointer: '/publishAt', detail: expect.stringContaining('9999') }]);
  }
  expect((await editor.client.get('/v1/posts')).status).toBe(200);
});

test('a wall clock is resolved by its zone, and the resolution is echoed', async () => {
  const publishAt = { local: '2037-07-01T09:00', zone: 'Europe/Berlin' };
  const { body } = await create({ text: 'Summer', publishAt, targets: onPage() });
  expect(body.publishAt).toBe('2037-07-01T07:00:00.000Z');
  expect(body.resolution).toEqual({ ...publishAt, instant: '2037-07-01T07:00:00.000Z', occursTwice: false });
});

test('a wall clock that no calendar has is refused by name', async () => {
  const { errors, detail } = await refused({
    text: 'x',
    publishAt: { local: '2037-01-01T25:00', zone: 'Europe/Berlin' },
    targets: onPage(),
  });
  const said =
    'The local time "2037-01-01T25:00" is not a date and time of the calendar; write it like 2026-03-29T09:00.';
  expect({ errors, detail }).toEqual({ errors: [{ pointer: '/publishAt/local', detail: said }], detail: said });
});

test('a time that daylight saving skips is refused in words; of one that occurs twice the first is taken', async () => {
  const skipped = await refused({
    text: 'x',
    publishAt: { local: '2037-03-29T02:30', zone: 'Europe/Berlin' },
    targets: onPage(),
  });
  expect(skipped.errors).toMatchObject([{ pointer: '/publishAt/local' }]);
  expect(skipped.detail).toContain('does not exist in Europe/Berlin');
  const twice = { local: '2037-10-25T02:30', zone: 'Europe/Berlin' };
  const { body } = await create({ text: 'x', publishAt: twice, targets: onPage() });
  expect(body.resolution).toMatchObject({ instant: '2037-10-25T00:30:00.000Z', occursTwice: true });
});

test('what has nothing in it is refused', async () => {
  for (const empty of [{}, { text: '' }, { text: ' \n' }, { text: null, link: null, media: [] }])
    expect((await refused({ ...empty, targets: onPage() })).detail).toContain('nothing to publish');
});

test('text longer than Meta takes is refused', async () => {
  expect((await create({ text: 'x'.repeat(63_206), targets: onPage() })).status).toBe(201);
  expect((await refused({ text: 'x'.repeat(63_207), targets: onPage() })).detail).toContain('63206');
});

test('a link is one of the web', async () => {
  for (const link of ['javascript:alert(1)', 'ftp://example.test', 'not a link', 'https://user:word@example.test/'])
    expect((await refused({ link, targets: onPage() })).errors).toMatchObject([{ pointer: '/link' }]);
  expect((await create({ link: 'https://example.test/a?b=c', targets: onPage() })).status).toBe(201);
});

test('what Meta would refuse is refused now, each thing where it is', async () => {
  const png = await upload(images.png);
  const pointers = async (post: Record<string, unknown>) => (await refused(post)).errors?.map(({ pointer }) => pointer);
  expect(
    await pointers({
      link: 'https://example.test',
      media: Array(11).fill({ id: png }),
      targets: [...onPage(), ...onPage()],
    }),
  ).toEqual(expect.arrayContaining(['/media/1/id', '/link', '/media', '/targets/1/account']));
  expect(await pointers({ media: [{ id: page }], targets: onPage() })).toEqual(['/media/0/id']);
  const tooLong = 'x'.repeat(1_001);
  expect(await pointers({ media: [{ id: png, altText: tooLong }], targets: onPage() })).toEqual(['/media/0/altText']);
});

test('options that the form has not are refused by name, unknown ones too', async () => {
  const onPageWith = (options: Record<string, unknown>) => ({
    text: 'x',
    targets: [{ account: page, kind: 'feed', options }],
  });
  const known = await refused(onPageWith({ collaborators: ['one'] }));
  expect(known.errors).toEqual([
    { pointer: '/targets/0/options/collaborators', detail: 'A post on a Page takes no collaborators. Leave it out.' },
  ]);
  expect((await refused(onPageWith({ colour: 'red' }))).errors?.[0]?.pointer).toBe('/targets/0/options/colour');
});

test('a post says what each target becomes', async () => {
  const [png, gif] = [await upload(images.png), await upload(images.gif)];
  const becomes = async (post: Record<string, unknown>) => {
    const { body } = await create<{ targets: { becomes: string }[] }>({ ...post, draft: true, targets: onPage() });
    return body.targets[0]?.becomes;
  };
  expect(await becomes({ text: 'x' })).toBe('text');
  expect(await becomes({ link: 'https://example.test' })).toBe('link');
  expect(await becomes({ media: [{ id: png }] })).toBe('photo');
  expect(await becomes({ media: [{ id: png }, { id: gif }] })).toBe('album');
});

test('the wall clock that a post was scheduled by is kept with it', async () => {
  const publishAt = { local: '2037-07-01T09:00', zone: 'europe/berlin' };
  const { body } = await create({ text: 'Summer', publishAt, targets: onPage() });
  const read = await editor.client.get<{ wallClock: unknown }>(`/v1/posts/${body.id}`);
  expect(read.body.wallClock).toEqual({ local: '2037-07-01T09:00', zone: 'Europe/Berlin' });
});

test('the same again within a day is pointed out, not refused', async () => {
  const text = `Said twice ${page}`;
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const notes = async (post: Record<string, unknown>) =>
    (await create({ text, targets: onPage(), ...post })).body.notes;
  expect(await notes({ publishAt: at(100) })).toEqual([]);
  expect(await notes({ publishAt: at(123.9) })).toMatchObject([
    { pointer: '/targets/0', detail: expect.stringContaining('The same is published') },
  ]);
  expect(await notes({ publishAt: at(148) })).toEqual([]);
  expect(await notes({ publishAt: at(124), text: `${text}!` })).toEqual([]);
  expect(await notes({ publishAt: at(124), targets: [{ account: otherPage, kind: 'feed' }] })).toEqual([]);
});

test('an account that could not publish as it is says so, and the post is taken', async () => {
  const bare = await api.rows(tenant, async (db) =>
    seedAccount(db, await seedConnection(db, 'connected', ['pages_show_list'])),
  );
  const { status, body } = await create({
    text: 'x',
    publishAt: inAnHour(),
    targets: [{ account: bare, kind: 'feed' }],
  });
  expect(status).toBe(201);
  expect(body.notes).toMatchObject([
    { pointer: '/targets/0/account', detail: expect.stringContaining('Connect again') },
  ]);
});

test('a refused post leaves nothing behind', async () => {
  const count = async () => ({
    posts: await api.rows(tenant, (db) => db.selectFrom('posts').select('id').execute()),
    wanted: await api.control.selectFrom('workflows').select('id').execute(),
  });
  const before = await count();
  await refused({ text: '', targets: onPage() });
  await refused({ text: 'x', targets: [{ account: tenant, kind: 'feed' }] });
  expect(await count()).toEqual(before);
});

test('while Temporal is down a post is accepted all the same, quickly, and stays to be told', async () => {
  const down = await startApi({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
  try {
    const own = await down.fresh.tenant();
    const { client } = await down.person(own, 'editor');
    const account = await down.rows(own, async (db) => seedAccount(db, await seedConnection(db)));
    const startedMs = performance.now();
    const { status, body } = await client.post<Post>('/v1/posts', { text: 'x', targets: [{ account, kind: 'feed' }] });
    expect(status).toBe(201);
    expect(performance.now() - startedMs).toBeLessThan(9_000);
    const row = await down.control.selectFrom('workflows').selectAll().executeTakeFirst();
    expect(row).toMatchObject({ id: publishId(own, body.targets[0]?.id ?? ''), wanted: 1, sent: 0 });
  } finally {
    await down.stop();
  }
});

test('once Temporal is there, an API that was started without it tells it', async () => {
  const port = await freePort();
  const early = await startApi({ TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
  const [host, realPort] = api.config.TEMPORAL_ADDRESS.split(':');
  const sockets = new Set<Socket>();
  const door = createServer((socket) => {
    const through = connect(Number(realPort), host);
    for (const end of [socket, through]) sockets.add(end.on('error', () => end.destroy()));
    socket.pipe(through).pipe(socket);
  });
  try {
    const own = await early.fresh.tenant();
    const { client } = await early.person(own, 'editor');
    const account = await early.rows(own, async (db) => seedAccount(db, await seedConnection(db)));
    const send = () => client.post<Post>('/v1/posts', { text: 'x', targets: [{ account, kind: 'feed' }] });
    const sent = () => early.control.selectFrom('workflows').select('id').where('sent', '=', 1).execute();
    await send();
    expect(await sent()).toEqual([]);
    await new Promise<void>((resolve) => door.listen(port, '127.0.0.1', resolve));
    await send();
    expect(await sent()).toHaveLength(1);
  } finally {
    await early.stop();
    for (const socket of sockets) socket.destroy();
    door.close();
  }
});

test('the history tells the steps in words and in order', async () => {
  const { body } = await create({ text: 'x', publishAt: inAnHour(), targets: onPage() });
  const target = body.targets[0]?.id ?? '';
  await api.rows(tenant, async (db) => {
    const call = { target, revision: 1, content_hash: Buffer.alloc(32) };
    const [draft, commit] = ['0199b1f2-7c3d-7a10-8b5e-000000000001', '0199b1f2-7c3d-7a10-8b5e-000000000002'];
    await db
      .insertInto('ledger')
      .values({ ...call, id: draft, step: 'draft', status: 'done', meta_id: 'm' })
      .execute();
    await db
      .insertInto('ledger')
      .values({ ...call, id: commit, step: 'commit', status: 'unknown', diagnostic: JSON.stringify({ code: 2 }) })
      .execute();
    await db.insertInto('witness_reads').values({ id: draft, ledger: commit, answer: 'live' }).execute();
    await db
      .updateTable('targets')
      .set({ state: 'published', since: new Date(Date.now() + 1_000) })
      .where('id', '=', target)
      .execute();
  });
  const history = await eventually(() =>
    editor.client.get<{ targets: { steps: { words: string; at: string; diagnostic: unknown }[] }[] }>(
      `/v1/posts/${body.id}/history`,
    ),
  );
  const steps = history.body.targets[0]?.steps ?? [];
  expect(steps.map(({ words }) => words)).toEqual([
    'Created.',
    'Creating the unpublished post is done.',
    'Publishing got no clear answer from Meta; it is being looked for there.',
    'Looked at Meta: it is live.',
    'Published.',
  ]);
  expect(steps[2]?.diagnostic).toEqual({ code: 2 });
});
