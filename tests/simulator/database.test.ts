import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callsByName, forgetCalls, noteCall } from '../../simulator/state/calls.ts';
import { Database } from '../../simulator/state/database.ts';
import { readSetting, writeSetting } from '../../simulator/state/settings.ts';

let folder = '';
let db: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  db = new Database(join(folder, 'state'));
});
afterEach(async () => {
  db.close();
  await rm(folder, { recursive: true, force: true });
});

/** What the next process would find if this one were killed now. */
async function afterKill<T>(look: (next: Database) => T): Promise<T> {
  const copy = join(folder, crypto.randomUUID());
  await cp(join(folder, 'state'), copy, { recursive: true });
  const next = new Database(copy);
  try {
    return look(next);
  } finally {
    next.close();
  }
}

test('what is kept survives the process, however much was written at once', async () => {
  for (let n = 0; n < 1_000; n++) writeSetting(db, `name ${n}`, 'value');
  noteCall(db, 'readPage');
  await db.kept();
  const count = (next: Database) =>
    next.one<{ n: number }>("select count(*) as n from settings where value = 'value'")?.n;
  expect(await afterKill(count)).toBe(1_000);
  expect(await afterKill(callsByName)).toEqual({ readPage: 1 });
});

test('nobody is told that something is kept before it is', async () => {
  writeSetting(db, 'name', 'value');
  let isKept = false;
  const kept = db.kept().then(() => {
    isKept = true;
  });
  for (let n = 0; n < 100; n++) await Promise.resolve();
  expect(isKept).toBe(false);
  await kept;
});

test('where nothing is to be kept nobody waits', async () => {
  await db.kept();
  expect(readSetting(db, 'name')).toBeUndefined();
});

test('a transaction that fails takes back what it has written, and nothing else', async () => {
  writeSetting(db, 'before', 'value');
  const failing = () =>
    db.transaction(() => {
      writeSetting(db, 'within', 'value');
      db.transaction(() => writeSetting(db, 'within that', 'value'));
      throw new Error('in between');
    });
  expect(failing).toThrow('in between');
  writeSetting(db, 'after', 'value');
  await db.kept();
  const names = (next: Database) => next.all<{ name: string }>('select name from settings').map(({ name }) => name);
  expect((await afterKill(names)).sort()).toEqual(['after', 'before']);
});

test('what hardly changes is remembered until it does, or a change is taken back', () => {
  const followers = () => db.settled<{ followers: number }>('select followers from pages where id = ?', '1')?.followers;
  const follow = (count: number) => db.run('update pages set followers = ? where id = 1', count);
  expect(followers()).toBeUndefined();
  db.run("insert into pages (id, name, category, followers, fans) values ('1', 'Page', 'Shop', 1, 1)");
  expect(followers()).toBe(1);
  follow(2);
  expect(followers()).toBe(2);
  const failing = () =>
    db.transaction(() => {
      follow(3);
      expect(followers()).toBe(3);
      throw new Error('in between');
    });
  expect(failing).toThrow('in between');
  expect(followers()).toBe(2);
});

test('calls are counted at once for who asks, and once each', async () => {
  for (let n = 0; n < 3; n++) noteCall(db, 'readPage');
  expect(callsByName(db)).toEqual({ readPage: 3 });
  noteCall(db, 'readPost');
  await db.kept();
  expect(callsByName(db)).toEqual({ readPage: 3, readPost: 1 });
  noteCall(db, 'readPage');
  forgetCalls(db);
  await db.kept();
  expect(callsByName(db)).toEqual({});
});
