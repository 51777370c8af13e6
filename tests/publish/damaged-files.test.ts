import { mkdtempSync } from 'node:fs';
import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishId } from '../../workflows/ids.ts';
import { asWorker, withTemporal } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, type Scheduled } from './accounts.ts';
import { Rows } from './rows.ts';

let stack: Stack;
let rows: Rows;
const mediaFolder = mkdtempSync(join(tmpdir(), 'quixess-media-'));

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05', MEDIA_DIR: mediaFolder } });
  rows = await Rows.open(stack);
});
afterAll(async () => {
  await rows?.close();
  await stack?.stop();
  await rm(mediaFolder, { recursive: true, force: true });
});

/** What the ledger has of the calls for a post. */
const ledger = async ({ targets: [{ id }] }: Scheduled) =>
  (
    await asWorker(stack, (db) =>
      db.selectFrom('ledger').select(['step', 'status']).where('target', '=', id).orderBy('opened_at').execute(),
    )
  ).flat();

/** How often the step that a post is at was tried. */
const attempts = ({ targets: [{ id }] }: Scheduled) =>
  withTemporal(stack, async (client) => {
    const { raw } = await client.workflow.getHandle(publishId(rows.tenant, id)).describe();
    return Math.max(0, ...(raw.pendingActivities ?? []).map(({ attempt }) => attempt ?? 0));
  });

/** The first thing that is said of it while it is prepared. */
const said = (account: Account, post: Scheduled) =>
  eventually(async () => (await account.page.target(post)).reason, { what: 'a reason' });

test.concurrent('a photo that cannot be converted is said at once, with what to do, and its post given up a day after it was due', async () => {
  const account = await Account.open(stack, 'instagram');
  const photo = await account.photo();
  await rows.cutFile(mediaFolder, photo);
  const post = await account.schedule('feed', [photo]);
  expect(await said(account, post)).toMatch(/converted.*upload/);
  await eventually(async () => (await attempts(post)) > 2, { what: 'attempts' });
  expect((await ledger(post)).length).toBeLessThan(2);
  await rows.dueEarlier(post.targets[0].id, 25);
  expect((await account.page.becomes(post, 'failed')).choices).toEqual(['retry', 'cancel']);
  expect(await ledger(post)).toEqual([]);
});

test.concurrent('of a reel whose cover cannot be converted nothing is made at Meta, and it says why', async () => {
  const account = await Account.open(stack, 'instagram');
  const [video, cover] = [await account.film(), await account.photo()];
  await rows.cutFile(mediaFolder, cover);
  const targets = [{ account: account.page.account, kind: 'reel', options: { coverMedia: cover } }];
  const post = await account.schedule('reel', [video], { targets });
  expect(await said(account, post)).toMatch(/converted.*upload/);
  expect((await account.truth()).containers).toEqual([]);
});

test.concurrent('a photo that cannot be read for now keeps its post waiting, leaves no call in doubt, and goes out later', async () => {
  const account = await Account.open(stack, 'instagram');
  const photo = await account.photo();
  const file = await rows.fileOf(mediaFolder, photo);
  // Opening it works, reading fails: as of a disk that has gone bad, or a share that is stale.
  await rename(file, `${file}.away`);
  await mkdir(file);
  const post = await account.schedule('feed', [photo]);
  await account.page.becomes(post, 'preparing');
  await eventually(async () => (await attempts(post)) > 2, { what: 'attempts' });
  expect((await account.page.target(post)).state).toBe('preparing');
  await rmdir(file);
  await rename(`${file}.away`, file);
  await account.published(post);
  expect((await ledger(post)).map(({ status }) => status)).not.toContain('open');
  expect(await account.publications()).toBe(1);
});
