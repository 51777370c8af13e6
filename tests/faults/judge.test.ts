import { expect, test } from 'vitest';
import { type Acknowledged, judge, type Made, type Told } from './judge.ts';

const dueAtMs = Date.UTC(2027, 0, 1);
const wording = { files: [{ file: 3, altText: 'A door' }, { file: 1 }] };
const first: Acknowledged = { what: 'content', text: 'Post 1/0/0: 0', wording };
const edited: Acknowledged = { what: 'content', text: 'Post 1/0/0: 1', wording: { files: [{ file: 1 }] } };
const due: Acknowledged = { what: 'due', notBeforeMs: dueAtMs };
const cancel: Acknowledged = { what: 'cancel' };

const published: Told = {
  run: 0,
  acknowledged: [first, due],
  state: 'published',
  reason: null,
  ofComment: null,
  isChanging: false,
  stillWanted: false,
  mayFail: false,
  takenAway: false,
  mayBeEarly: false,
  mayStay: false,
};
const files = [
  { file: 3, altText: 'A door' },
  { file: 1, altText: null },
];
const live: Made = {
  text: first.text,
  link: null,
  files,
  comments: [],
  options: {},
  live: true,
  publications: 1,
  visibleAtMs: dueAtMs + 20,
};
const draft: Made = { ...live, live: false, publications: 0, visibleAtMs: null };

const wrongsOf = (told: Told, made: Made[]) => judge(told, made).map(({ wrong }) => wrong);

test('a post that is said to be published, is live once, and says what was asked last, is right', () => {
  expect(judge(published, [live])).toEqual([]);
  expect(judge(published, [draft, live])).toEqual([]);
});

test('a post that is live twice, or became visible twice, is a duplicate', () => {
  expect(wrongsOf(published, [live, live])).toEqual(['duplicates']);
  expect(wrongsOf(published, [{ ...live, publications: 2 }])).toEqual(['duplicates']);
  expect(wrongsOf(published, [live, { ...live, live: false }])).toEqual(['duplicates']);
});

test('a post that is said to be published and is not live is lost', () => {
  expect(wrongsOf(published, [])).toEqual(['lost']);
  expect(wrongsOf(published, [draft])).toEqual(['lost']);
});

test.each(['failed', 'held', 'canceled'])('a post that is %s though nothing speaks against it is lost', (state) => {
  expect(wrongsOf({ ...published, state }, [draft])).toEqual(['lost']);
});

test.each(['failed', 'held', 'canceled'])('a post that is said to be %s and is live is not what is said', (state) => {
  expect(wrongsOf({ ...published, state, mayFail: true, takenAway: true }, [live])).toEqual(['lost']);
});

test('a post may fail where Meta would not have it, and be held where somebody took its draft away, and not otherwise', () => {
  const [failed, held] = [
    { ...published, state: 'failed' },
    { ...published, state: 'held' },
  ];
  expect(judge({ ...failed, mayFail: true }, [draft])).toEqual([]);
  expect(judge({ ...held, takenAway: true }, [])).toEqual([]);
  expect(judge({ ...published, takenAway: true }, [{ ...live, live: false }])).toEqual([]);
  expect(wrongsOf({ ...published, takenAway: true }, [draft])).toEqual(['lost']);
  expect(wrongsOf({ ...failed, takenAway: true }, [draft])).toEqual(['lost']);
  expect(wrongsOf({ ...held, mayFail: true }, [draft])).toEqual(['lost']);
});

test('what became visible after its cancellation was acknowledged is found, whatever is said of it', () => {
  const acknowledged = [first, due, cancel];
  expect(judge({ ...published, acknowledged, state: 'canceled' }, [draft])).toEqual([]);
  for (const state of ['canceled', 'published'])
    expect(wrongsOf({ ...published, acknowledged, state }, [live])).toEqual(['afterCancel']);
  const seenFor = { ...live, live: false };
  expect(wrongsOf({ ...published, acknowledged, state: 'canceled' }, [seenFor])).toEqual(['afterCancel']);
});

test('a post whose cancellation was acknowledged and that then fails is not what was said', () => {
  const acknowledged = [first, due, cancel];
  expect(wrongsOf({ ...published, acknowledged, state: 'failed', mayFail: true }, [])).toEqual(['lost']);
});

test('what was deleted at Meta when it was published is no longer live', () => {
  const acknowledged: Acknowledged[] = [first, due, { what: 'delete' }];
  const gone = { ...live, live: false };
  expect(judge({ ...published, acknowledged, state: 'deleted' }, [gone])).toEqual([]);
  expect(wrongsOf({ ...published, acknowledged, state: 'deleted' }, [live])).toEqual(['lost']);
  expect(wrongsOf({ ...published, acknowledged }, [gone])).toEqual(['lost']);
});

test('the content of before an acknowledged edit is wrong, and what was edited is right', () => {
  const acknowledged = [first, due, edited];
  const asEdited = { ...live, text: edited.text, files: [{ file: 1, altText: null }] };
  expect(judge({ ...published, acknowledged }, [asEdited])).toEqual([]);
  expect(wrongsOf({ ...published, acknowledged }, [live])).toContain('wrongContent');
  expect(wrongsOf({ ...published, acknowledged }, [{ ...asEdited, text: first.text }])).toEqual(['wrongContent']);
});

test('a text that was changed when it was published already is the one there, unless Meta refused it and that is said', () => {
  const acknowledged: Acknowledged[] = [first, due, { what: 'text', text: 'Post 1/0/0: 2' }];
  const changed = { ...live, text: 'Post 1/0/0: 2' };
  expect(judge({ ...published, acknowledged }, [changed])).toEqual([]);
  expect(wrongsOf({ ...published, acknowledged }, [live])).toEqual(['wrongContent']);
  expect(judge({ ...published, acknowledged, reason: 'Meta refused the new text.' }, [live])).toEqual([]);
  expect(wrongsOf({ ...published, acknowledged, isChanging: true }, [changed])).toEqual(['unresolved']);
  expect(wrongsOf(published, [changed])).toEqual(['wrongContent']);
});

test('of several texts that were wanted once it was published the last is there, or an earlier one where that is said or it is deleted', () => {
  const again: Acknowledged[] = ['Post 1/0/0: 1', 'Post 1/0/0: 2'].map((text) => ({ what: 'text', text }));
  const told = { ...published, acknowledged: [first, due, ...again] };
  expect(judge(told, [{ ...live, text: 'Post 1/0/0: 2' }])).toEqual([]);
  expect(wrongsOf(told, [{ ...live, text: 'Post 1/0/0: 1' }])).toEqual(['wrongContent']);
  expect(judge({ ...told, reason: 'Meta refused the new text.' }, [{ ...live, text: 'Post 1/0/0: 1' }])).toEqual([]);
  const deleted: Told = { ...told, acknowledged: [...told.acknowledged, { what: 'delete' }], state: 'deleted' };
  expect(judge(deleted, [{ ...live, text: 'Post 1/0/0: 1', live: false }])).toEqual([]);
});

test.each([
  ['another text', { text: 'Post 1/0/0: 2' }],
  ['a link that nobody asked for', { link: 'https://example.com/1' }],
  ['a file too few', { files: files.slice(1) }],
  ['a file too many', { files: [...files, { file: 2, altText: null }] }],
  ['the files in another order', { files: files.toReversed() }],
  ['another file', { files: [{ file: 2, altText: 'A door' }, ...files.slice(1)] }],
  ['a file that nobody has', { files: [{ file: undefined, altText: 'A door' }, ...files.slice(1)] }],
  ['another alternative text', { files: [{ file: 3, altText: 'A window' }, ...files.slice(1)] }],
  ['no alternative text', { files: [{ file: 3, altText: null }, ...files.slice(1)] }],
])('%s is wrong content', (_, difference) => {
  expect(wrongsOf(published, [{ ...live, ...difference }])).toEqual(['wrongContent']);
});

test('what was chosen for a post is at Meta as it was chosen, whatever its order', () => {
  const options = { collaborators: ['anna'], locationId: '61550000000000001', shareToFeed: false };
  const sent = { share_to_feed: false, location_id: '61550000000000001', collaborators: ['anna'] };
  expect(judge({ ...published, options }, [{ ...live, options: sent }])).toEqual([]);
  for (const other of [{}, { ...sent, share_to_feed: true }, { ...sent, thumb_offset: 1 }])
    expect(wrongsOf({ ...published, options }, [{ ...live, options: other }])).toEqual(['wrongContent']);
  expect(wrongsOf(published, [{ ...live, options: sent }])).toEqual(['wrongContent']);
});

test('a post that has not come to an end, or that is still worked at, is unresolved', () => {
  for (const state of ['scheduled', 'preparing', 'armed', 'committing'])
    expect(wrongsOf({ ...published, state }, [draft])).toEqual(['unresolved']);
  expect(wrongsOf({ ...published, stillWanted: true }, [live])).toEqual(['unresolved']);
});

test('of one container two media, or of one video two posts, are a duplicate, deleted or not', () => {
  const media: Made = { ...live, comments: [] };
  expect(wrongsOf(published, [media, { ...media, visibleAtMs: dueAtMs + 900 }])).toEqual(['duplicates']);
  const story = { ...published, acknowledged: [{ ...first, text: null }, due] };
  const shown: Made = { ...live, text: null };
  expect(judge(story, [shown])).toEqual([]);
  expect(wrongsOf(story, [shown, { ...shown, live: false }])).toEqual(['duplicates']);
});

test('a film that does not stand where it was put in a carousel is wrong content', () => {
  const [film, other] = [{ file: 30 }, { file: 31 }];
  const carousel = { ...first, wording: { files: [film, { file: 1 }, other] } };
  const at = (...numbers: number[]) => [{ ...live, files: numbers.map((file) => ({ file, altText: null })) }];
  const told = { ...published, acknowledged: [carousel, due] };
  expect(judge(told, at(30, 1, 31))).toEqual([]);
  expect(wrongsOf(told, at(1, 30, 31))).toEqual(['wrongContent']);
  expect(wrongsOf(told, at(31, 1, 30))).toEqual(['wrongContent']);
});

test('a first comment that stands there twice is a duplicate, another one is wrong, and none is told of', () => {
  const commented = { ...published, firstComment: 'First' };
  const below = (...comments: string[]) => [{ ...live, comments }];
  expect(judge(commented, below('First'))).toEqual([]);
  expect(wrongsOf(commented, below('First', 'First'))).toEqual(['duplicates']);
  expect(wrongsOf(commented, below('Second'))).toEqual(['wrongContent']);
  expect(wrongsOf(published, below('First'))).toEqual(['wrongContent']);
  expect(wrongsOf(commented, below())).toEqual(['lost']);
  expect(judge({ ...commented, ofComment: 'The first comment was not written.' }, below())).toEqual([]);
  expect(wrongsOf({ ...commented, reason: 'The text stays as it was.' }, below())).toEqual(['lost']);
});

test('what Meta may refuse to delete may stay when that is said, and else must go', () => {
  const asked: Told = { ...published, acknowledged: [first, due, { what: 'delete' }], mayStay: true };
  expect(judge({ ...asked, reason: 'Meta deletes no stories.' }, [live])).toEqual([]);
  expect(wrongsOf(asked, [live])).toEqual(['lost']);
  expect(wrongsOf({ ...asked, mayStay: false, reason: 'Meta deletes no stories.' }, [live])).toEqual(['lost']);
  expect(wrongsOf({ ...asked, state: 'deleted' }, [live])).toEqual(['lost']);
});

test('what is visible before the instant that was acknowledged last is too early, unless somebody else did it', () => {
  const later: Acknowledged = { what: 'due', notBeforeMs: dueAtMs + 1_000 };
  expect(wrongsOf({ ...published, acknowledged: [first, due, later] }, [live])).toEqual(['early']);
  expect(judge({ ...published, acknowledged: [first, due, later], mayBeEarly: true }, [live])).toEqual([]);
  expect(judge({ ...published, acknowledged: [first, later, due] }, [live])).toEqual([]);
});
