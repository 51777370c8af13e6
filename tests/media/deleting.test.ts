import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { tidyMedia } from '../../activities/media/tidy.ts';
import type { Problem } from '../../api/http/problem.ts';
import type { MediaStore } from '../../db/media/store.ts';
import { eventually } from '../stack/eventually.ts';
import { openTenant, photo } from './kept.ts';

let it: Awaited<ReturnType<typeof openTenant>>;
let store: MediaStore;
beforeAll(async () => {
  it = await openTenant();
  store = it.api.parts.media;
});
afterEach(() => {
  it.api.parts.media = store;
});
afterAll(() => it?.api.stop());

const remove = (id: string) => it.editor.client.delete<Problem>(`/v1/media/${id}`);
const shown = async (id: string) => (await it.editor.client.get(`/v1/media/${id}`)).status;
const fetched = async (url: string) => (await fetch(url)).status;
const tidy = () => tidyMedia(it.parts());

test('a deleted media is gone with its address and its bytes', async () => {
  const { id, url } = await it.upload(await photo());
  expect(await fetched(url)).toBe(200);
  await it.later(2);
  expect((await remove(id)).status).toBe(204);
  expect([await shown(id), await fetched(url)]).toEqual([404, 404]);
  expect(it.files()).toEqual(await it.referred());
  expect((await remove(id)).status).toBe(404);
});

test('the bytes of what was uploaded just now follow within the hour', async () => {
  const { id, url } = await it.upload(await photo());
  expect((await remove(id)).status).toBe(204);
  expect(await fetched(url)).toBe(404);
  await tidy();
  expect(it.files()).toHaveLength(1);
  await it.later(1);
  expect(await tidy()).toMatchObject({ files: 1, failed: 0 });
  expect(it.files()).toEqual([]);
});

test.each(['draft', 'scheduled', 'preparing', 'armed', 'committing', 'held'])(
  'what a post that is %s may still be published with stays, and the post is named',
  async (state) => {
    const [inPost, cover] = [await it.upload(await photo()), await it.upload(await photo())];
    const { post, target } = await it.post([inPost.id], state, { options: { coverMedia: cover.id } });
    for (const { id } of [inPost, cover]) {
      const { status, body } = await remove(id);
      expect([status, body.detail]).toEqual([409, expect.stringContaining(`The post ${post} may still be published`)]);
      expect(await shown(id)).toBe(200);
    }
    await it.api.rows(it.tenant, (db) =>
      db.updateTable('targets').set({ state: 'canceled' }).where('id', '=', target).execute(),
    );
    for (const { id } of [inPost, cover]) expect((await remove(id)).status).toBe(204);
  },
);

test('a failed post keeps its media as long as somebody may try it again', async () => {
  const { id } = await it.upload(await photo());
  await it.post([id], 'failed', { choices: ['retry', 'cancel'] });
  expect((await remove(id)).status).toBe(409);
  const { id: other } = await it.upload(await photo());
  await it.post([other], 'failed');
  expect((await remove(other)).status).toBe(204);
});

test('only who may write may delete, and nobody elsewhere', async () => {
  const { id } = await it.upload(await photo());
  const viewer = await it.api.person(it.tenant, 'viewer');
  expect((await viewer.client.delete(`/v1/media/${id}`)).status).toBe(403);
  const neighbour = await it.api.person(await it.api.fresh.tenant(), 'owner');
  expect((await neighbour.client.delete(`/v1/media/${id}`)).status).toBe(404);
  expect(await shown(id)).toBe(200);
});

test('what no post has referred to for a day is removed, and nothing else', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 5; i += 1) ids.push((await it.upload(await photo())).id);
  const [unused, published, cover, soonUsed, again] = ids as [string, string, string, string, string];
  const bytes = await photo();
  const uploadedAgain = await it.upload(bytes);
  await it.post([published], 'published');
  await it.post([], 'published', { options: { coverMedia: cover } });
  await tidy();
  await it.later(23);
  await tidy();
  expect(await shown(unused)).toBe(200);

  await it.post([soonUsed, again], 'draft');
  await it.upload(bytes);
  await it.later(1);
  await tidy();
  for (const id of [published, cover, soonUsed, again, uploadedAgain.id]) expect(await shown(id)).toBe(200);
  expect(await shown(unused)).toBe(404);
  expect(it.files()).toEqual(await it.referred());

  await it.later(24);
  await tidy();
  expect(await shown(uploadedAgain.id)).toBe(404);
});

/** Stops in the middle of what the store does, until let go. */
function gate(what: 'delete' | 'put') {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const at = { begun: false };
  it.api.parts.media = new Proxy(store, {
    get: (target, name) => {
      const own = Reflect.get(target, name);
      if (name === 'delete' && what === 'delete')
        return async (key: string) => {
          at.begun = true;
          await opened;
          await target.delete(key);
        };
      if (name === 'receive' && what === 'put')
        return async (bytes: AsyncIterable<Uint8Array>) => {
          const incoming = await target.receive(bytes);
          const keep = async (tenant: string) => {
            await incoming.keep(tenant);
            at.begun = true;
            await opened;
          };
          return { ...incoming, keep };
        };
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
  return { open, begun: () => eventually(() => at.begun, { what: `the ${what} to be under way` }) };
}

test('an upload of the very bytes that are being deleted waits, and has them', async () => {
  const bytes = await photo();
  const { id } = await it.upload(bytes);
  await it.later(2);
  const deletion = gate('delete');
  const deleting = remove(id);
  await deletion.begun();
  const uploads = [it.upload(bytes), it.upload(bytes)];
  await eventually(async () => (await it.waitingForLocks()) === 2, { what: 'both uploads to wait for the deletion' });
  deletion.open();
  expect((await deleting).status).toBe(204);
  const [one, two] = await Promise.all(uploads);
  expect(one?.id).toBe(two?.id);
  expect(one?.id).not.toBe(id);
  expect(await fetched(one?.url ?? '')).toBe(200);
  expect(it.files()).toEqual(await it.referred());
});

test('nobody deletes a file that is stored and has no row yet', async () => {
  const bytes = await photo();
  const { id } = await it.upload(bytes);
  await it.later(2);
  const storing = gate('put');
  const upload = it.upload(bytes);
  await storing.begun();
  expect((await remove(id)).status).toBe(204);
  await tidy();
  storing.open();
  const { id: anew, url } = await upload;
  expect([anew === id, await fetched(url)]).toEqual([false, 200]);
});

test('uploads, deletions and tidying of the same bytes at once leave no row without its file', async () => {
  const bytes = await photo();
  const urls: string[] = [];
  for (let round = 0; round < 10; round += 1) {
    const known = await it.upload(bytes);
    await it.later(2);
    const uploads = [it.upload(bytes), it.upload(bytes), it.upload(bytes)];
    await Promise.all([remove(known.id), tidy(), remove(known.id), ...uploads]);
    urls.push((await it.upload(bytes)).url);
    expect(await fetched(urls.at(-1) ?? '')).toBe(200);
  }
  const files = it.files();
  for (const sha256 of await it.referred()) expect(files).toContain(sha256);
});

test('a deletion that was killed after the bytes and before the row is done again', async () => {
  const { id } = await it.upload(await photo());
  await it.later(2);
  const files = it.files().length;
  it.api.parts.media = new Proxy(store, {
    get: (target, name) =>
      name === 'delete'
        ? async (key: string) => {
            await target.delete(key);
            throw new Error('killed');
          }
        : Reflect.get(target, name).bind(target),
  });
  expect((await remove(id)).status).toBe(204);
  it.api.parts.media = store;
  expect([await shown(id), it.files().length]).toEqual([404, files - 1]);
  expect(await tidy()).toMatchObject({ files: 1 });
});

test('a file that the store does not delete keeps no other from being deleted', async () => {
  const refused = await it.upload(await photo());
  const others = [await it.upload(await photo()), await it.upload(await photo())];
  await it.later(2);
  const before = new Set(it.files());
  await it.api.rows(it.tenant, (db) =>
    db
      .deleteFrom('media')
      .where(
        'id',
        'in',
        [refused, ...others].map(({ id }) => id),
      )
      .execute(),
  );
  const parts = it.parts();
  let asked = 0;
  const failing = new Proxy(parts.media, {
    get: (target, name) =>
      name === 'delete'
        ? (key: string) => (asked++ ? target.delete(key) : Promise.reject(new Error('not now')))
        : Reflect.get(target, name).bind(target),
  });
  expect(await tidyMedia({ ...parts, media: failing })).toMatchObject({ failed: 1 });
  expect(asked).toBeGreaterThanOrEqual(3);
  expect(before.size - it.files().length).toBe(asked - 1);
  expect(await tidyMedia(parts)).toMatchObject({ files: 1, failed: 0 });
});

test('one tenant whose database is away does not keep the media of others from being tidied', async () => {
  await it.api.fresh.tenant();
  const { id } = await it.upload(await photo());
  await it.later(2);
  await remove(id);
  const { tenants, ...parts } = it.parts();
  const use: typeof tenants.use = (tenant, work) =>
    tenant === it.tenant ? tenants.use(tenant, work) : Promise.reject(new Error('away'));
  expect((await tidyMedia({ ...parts, tenants: { use } as typeof tenants })).failed).toBeGreaterThan(0);
  expect(it.files()).toEqual(await it.referred());
});

test('in the end nothing is left that no post refers to', async () => {
  await it.later(48);
  await tidy();
  await it.later(48);
  await tidy();
  expect(it.files()).toEqual(await it.referred());
});
