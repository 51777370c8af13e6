import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import type { MediaStore } from '../../db/media/store.ts';
import { type Api, type Person, startApi } from '../api/api.ts';
import { images, seedAccount, seedConnection } from '../api/seed.ts';
import { eventually } from '../stack/eventually.ts';
import { startBucket } from './bucket.ts';

const uploadsAtOnce = 16;
let api: Api;
let store: MediaStore;
let tenant: string;
let editor: Person;
beforeAll(async () => {
  api = await startApi();
  store = api.parts.media;
  tenant = await api.fresh.tenant();
  editor = await api.person(tenant, 'editor');
});
afterEach(() => {
  api.parts.media = store;
});
afterAll(() => api?.stop());

const upload = ({ client }: Person, image: Buffer, key?: string) =>
  client.post<{ id: string } & Problem>('/v1/media', image, key === undefined ? {} : { 'idempotency-key': key });

/** A store that begins to keep a file only when it is let, and counts how often it was to. */
function held() {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  onTestFinished(() => release());
  const at = { keeping: 0 };
  api.parts.media = new Proxy(store, {
    get: (target, name) => {
      if (name !== 'receive') return Reflect.get(target, name).bind(target);
      return async (bytes: AsyncIterable<Uint8Array>) => {
        const incoming = await target.receive(bytes);
        const keep = async (of: string) => {
          at.keeping += 1;
          await released;
          await incoming.keep(of);
        };
        return { ...incoming, keep };
      };
    },
  });
  return { at, release };
}

test('what a store that does not answer has not kept yet takes no connection from its tenant, and no place from others', async () => {
  const account = await api.rows(tenant, async (db) => seedAccount(db, await seedConnection(db)));
  const draft = { text: 'Due now', publishAt: '2099-01-01T00:00:00Z', targets: [{ account, kind: 'feed' }] };
  const post = (await editor.client.post<{ id: string }>('/v1/posts', draft)).body.id;
  const { TENANT_CONNECTIONS, TENANT_POOL_CONNECTIONS: each } = api.config;
  const uploading = [editor];
  while (uploading.length < TENANT_CONNECTIONS / each)
    uploading.push(await api.person(await api.fresh.tenant(), 'editor'));
  const neighbour = await api.person(await api.fresh.tenant(), 'editor');

  const silent = await startBucket(api.config.MEDIA_DIR);
  api.parts.media = silent.media;
  const kinds = [images.png, images.gif, images.webp];
  const uploads = uploading.flatMap((person) => kinds.map((image, n) => upload(person, image, `k-${n}`)));
  await eventually(() => silent.asked.length === uploads.length, { what: 'all uploads to be kept' });
  const one = `/v1/posts/${post}`;
  expect((await editor.client.get(one)).status).toBe(200);
  expect(await editor.client.delete(one)).toMatchObject({ status: 200, body: { targets: [{ state: 'canceled' }] } });
  expect((await neighbour.client.get('/v1/posts')).status).toBe(200);
  expect(silent.asked.some(({ givenUp }) => givenUp)).toBe(false);

  await silent.close();
  expect(new Set((await Promise.all(uploads)).map(({ status }) => status))).toEqual(new Set([503]));
});

test('of one tenant only so many files are on their way into the store at once', async () => {
  const { at, release } = held();
  let answered = 0;
  const uploads = Array.from({ length: uploadsAtOnce + 1 }, async () => {
    const answer = await upload(editor, images.jpg);
    answered += 1;
    return answer;
  });
  await eventually(() => at.keeping + answered > uploadsAtOnce, { what: 'the uploads to be kept or refused' });
  expect(at.keeping).toBe(uploadsAtOnce);
  release();
  const answers = await Promise.all(uploads);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.map(({ headers }) => headers.get('retry-after'))).toEqual(['5']);
  expect(answers.filter(({ status }) => status === 200 || status === 201)).toHaveLength(uploadsAtOnce);
});

test('a repetition that comes while the first is being kept gets the same answer, another file with its key a conflict', async () => {
  const one = await api.person(await api.fresh.tenant(), 'editor');
  const { at, release } = held();
  const twins = [upload(one, images.png, 'twins'), upload(one, images.png, 'twins')];
  await eventually(() => at.keeping === 2, { what: 'both to be kept' });
  const other = await upload(one, images.gif, 'twins');
  expect([other.status, other.body.type]).toEqual([409, '/problems/idempotency-conflict']);
  release();
  const [first, second] = await Promise.all(twins);
  expect([first?.status, second]).toEqual([201, expect.objectContaining({ status: 201, body: first?.body })]);
  expect(await upload(one, images.png, 'twins')).toMatchObject({ status: 201, body: first?.body });
  expect(at.keeping).toBe(2);
});

test('what a store that is away did not keep is kept when it is sent again with the same key', async () => {
  const one = await api.person(await api.fresh.tenant(), 'editor');
  const away = await startBucket(api.config.MEDIA_DIR);
  await away.close();
  api.parts.media = away.media;
  expect((await upload(one, images.png, 'again')).status).toBe(503);
  api.parts.media = store;
  expect((await upload(one, images.png, 'again')).status).toBe(201);
});
