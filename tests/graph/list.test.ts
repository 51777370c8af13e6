import { expect, test } from 'vitest';
import { idsIn } from '../../activities/graph/ids-in.ts';
import { entriesIn } from '../../activities/graph/list.ts';

test.each([
  [
    [{ id: '1' }, null, 'text', ['2'], 3, undefined, { id: '4' }],
    [{ id: '1' }, { id: '4' }],
  ],
  [null, []],
  [{ data: [] }, []],
])('of %j only objects are looked at', (data, entries) => {
  expect(entriesIn(data)).toEqual(entries);
});

test('ids are read past what is none; what is no list is no answer', () => {
  expect(idsIn({ ok: true, data: { data: [{ id: '1' }, null, { id: 'x' }, {}, { id: '2' }] } })).toEqual({
    ok: true,
    data: ['1', '2'],
  });
  expect(idsIn({ ok: true, data: { data: null } })).toMatchObject({ ok: false, failure: { kind: 'no-answer' } });
});
