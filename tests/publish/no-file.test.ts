import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NotConverted } from '../../activities/media/not-converted.ts';
import { patienceMs } from '../../activities/publish/failing.ts';
import { endForFile, noFileBy } from '../../activities/publish/no-file.ts';
import { type FreshTenant, freshTenant } from '../stack/fresh-tenant.ts';
import { seedTarget } from './seed-target.ts';

let own: FreshTenant;

beforeAll(async () => {
  own = await freshTenant();
});
afterAll(() => own?.close());

const seeded = () => own.inTenant(async (db) => (await seedTarget(db, 'preparing')).target);
const standing = (target: string) =>
  own.inTenant((db) =>
    db.selectFrom('targets').select(['state', 'reason', 'choices']).where('id', '=', target).executeTakeFirstOrThrow(),
  );
/** What a worker does about a file that could not be sent for this. */
const endBy = (error: unknown, target: string, overdueMs: number) =>
  new MockActivityEnvironment().run(() =>
    own.inTenant((db) => endForFile(db, { target, wanted: 1 }, overdueMs, noFileBy(error))),
  );

test('an image that cannot be converted for now is waited for until a day after its time, and it is said', async () => {
  const target = await seeded();
  const short = new NotConverted(false, new Error('vips_tracked: out of memory'));
  expect(await endBy(short, target, patienceMs - 1)).toBe(false);
  expect(await standing(target)).toMatchObject({ state: 'preparing', reason: expect.stringContaining('converted') });
  expect(await endBy(short, target, patienceMs)).toBe(true);
  expect(await standing(target)).toMatchObject({ state: 'failed', choices: ['retry', 'cancel'] });
});

test('an image that is damaged ends its post long before its time', async () => {
  const target = await seeded();
  const damaged = new NotConverted(true, new Error('VipsJpeg: premature end of JPEG image'));
  expect(await endBy(damaged, target, -3_600_000)).toBe(true);
  expect(await standing(target)).toMatchObject({ state: 'failed', reason: expect.stringContaining('damaged') });
});

test('what is not about a file is none of its business', async () => {
  const target = await seeded();
  const away = new Error('The store is away');
  await expect(endBy(away, target, patienceMs)).rejects.toBe(away);
  expect(await standing(target)).toMatchObject({ state: 'preparing', reason: null });
});
