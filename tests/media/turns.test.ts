import { expect, test } from 'vitest';
import { Turns } from '../../api/media/turns.ts';

/** Readings that end when they are told to, and how many are at it. */
function readings() {
  const ends: (() => void)[] = [];
  const at = { now: 0, most: 0 };
  const reading = async () => {
    at.now += 1;
    at.most = Math.max(at.most, at.now);
    await new Promise<void>((resolve) => ends.push(resolve));
    at.now -= 1;
  };
  return { at, reading, endOne: () => ends.shift()?.() };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('of one tenant one file is read at a time, of all a few, and each has its turn', async () => {
  const turns = new Turns({ uploadsAtOnce: 10, readAtOnce: 2 });
  const [greedy, modest] = [readings(), readings()];
  const all = [
    ...Array.from({ length: 5 }, () => turns.upload('greedy', (read) => read(greedy.reading))),
    turns.upload('modest', (read) => read(modest.reading)),
  ];
  await settled();
  expect([greedy.at.now, modest.at.now]).toEqual([1, 1]);
  for (let n = 0; n < 5; n += 1) {
    greedy.endOne();
    modest.endOne();
    await settled();
  }
  await Promise.all(all);
  expect(greedy.at.most).toBe(1);
});

test('as many uploads of one tenant as may, and no more until one is done; others are not touched by it', async () => {
  const turns = new Turns({ uploadsAtOnce: 2, readAtOnce: 2 });
  const { reading, endOne } = readings();
  const two = [1, 2].map(() => turns.upload('one', () => reading().then(() => 'taken')));
  expect(await turns.upload('one', async () => 'taken')).toBeUndefined();
  expect(await turns.upload('another', async () => 'taken')).toBe('taken');
  endOne();
  expect(await two[0]).toBe('taken');
  expect(await turns.upload('one', async () => 'taken')).toBe('taken');
  endOne();
  await Promise.all(two);
});

test('who fails gives the turn on', async () => {
  const turns = new Turns({ uploadsAtOnce: 1, readAtOnce: 1 });
  const fail = async () => Promise.reject(new Error('cannot be read'));
  await expect(turns.upload('one', (read) => read(fail))).rejects.toThrow('cannot be read');
  expect(await turns.upload('one', (read) => read(async () => 'read'))).toBe('read');
});
