import { afterAll, beforeAll, expect, test } from 'vitest';
import { tidyMedia } from '../../activities/media/tidy.ts';
import { eventually } from '../stack/eventually.ts';
import { openTenant, photo } from './kept.ts';

let it: Awaited<ReturnType<typeof openTenant>>;
beforeAll(async () => {
  it = await openTenant();
});
afterAll(() => it?.api.stop());

const tidy = () => tidyMedia(it.parts());
const shown = async (id: string) => (await it.editor.client.get(`/v1/media/${id}`)).status;
const hold = (id: string) => it.hold('select id from media where id = $1 for update', [id]);

/** Two that no post has referred to for longer than a day; the tidying looks at the first one first. */
async function twoUnused() {
  const first = await it.upload(await photo());
  await tidy();
  await it.later(1);
  const bytes = await photo();
  const second = await it.upload(bytes);
  await tidy();
  await it.later(25);
  return { first, second, bytes };
}

test('what is uploaded again while others are tidied away stays', async () => {
  const { first, second, bytes } = await twoUnused();
  const held = await hold(first.id);
  const tidying = tidy();
  await eventually(() => held.isWanted(), { what: 'the first one to be about to be removed' });
  const again = await it.upload(bytes);
  await held.release();
  expect(await tidying).toMatchObject({ failed: 0 });
  expect([again.id, await shown(second.id), await shown(first.id)]).toEqual([second.id, 200, 404]);
  expect((await fetch(again.url)).status).toBe(200);
});

test('what is given to a post while others are tidied away stays, though that post is over by then', async () => {
  const { first, second } = await twoUnused();
  const held = await hold(first.id);
  const tidying = tidy();
  await eventually(() => held.isWanted(), { what: 'the first one to be about to be removed' });
  await it.post([second.id], 'published');
  await held.release();
  expect(await tidying).toMatchObject({ failed: 0 });
  expect([await shown(second.id), await shown(first.id)]).toEqual([200, 404]);
});

test('what is uploaded again at the moment at which it would be removed stays', async () => {
  const { second, bytes } = await twoUnused();
  const held = await hold(second.id);
  const uploading = it.upload(bytes);
  await eventually(() => held.isWanted(), { what: 'the upload to be about to take it' });
  const tidying = tidy();
  await eventually(async () => (await it.waitingForLocks()) === 2, { what: 'the tidying to wait behind the upload' });
  await held.release();
  expect(await tidying).toMatchObject({ failed: 0 });
  expect([(await uploading).id, await shown(second.id)]).toEqual([second.id, 200]);
});

test('a person may remove at once what was uploaded again', async () => {
  const { second, bytes } = await twoUnused();
  await it.upload(bytes);
  expect((await it.editor.client.delete(`/v1/media/${second.id}`)).status).toBe(204);
  expect(await shown(second.id)).toBe(404);
});
