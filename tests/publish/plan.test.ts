import { describe, expect, test } from 'vitest';
import type { Content } from '../../activities/publish/content.ts';
import type { Piece, Publisher } from '../../activities/publish/forms/form.ts';
import { leftoversOf } from '../../activities/publish/leftovers.ts';
import { planOf } from '../../activities/publish/plan.ts';
import type { LedgerRow } from '../../db/tenant/ledger/read.ts';
import type { TargetRow } from '../../db/tenant/targets/read-target.ts';

const nowMs = Date.UTC(2026, 10, 24, 8);
const hourMs = 3_600_000;
const hoursAgo = (hours: number) => new Date(nowMs - hours * hourMs);
const hash = (text: string) => Buffer.from(text);

/** Two photos and a draft, as an album has them. */
const album = (text = 'text') => {
  const piece = (step: Piece['step'], position: number, of: string, stage: Piece['stage']): Piece => {
    return { step, position, hash: hash(of), stage };
  };
  const pieces = [piece('photo', 0, 'a', 'ahead'), piece('photo', 1, 'b', 'ahead'), piece('draft', 0, text, 'last')];
  return { pieces: () => pieces, discards: ['photo', 'draft'] } as unknown as Publisher;
};
const content = (afreshFrom: Date | null = null) => ({ row: { afreshFrom } }) as unknown as Content;

const row = (id: string, step: LedgerRow['step'], of: string, more: Partial<LedgerRow> = {}): LedgerRow => ({
  id,
  step,
  position: 0,
  revision: 1,
  status: 'done',
  progress: null,
  contentHash: hash(of),
  metaId: `meta of ${id}`,
  partOf: null,
  openedAt: hoursAgo(1),
  closedAt: hoursAgo(1),
  freshFrom: hoursAgo(1),
  ...more,
});
const a = (more: Partial<LedgerRow> = {}) => row('a', 'photo', 'a', more);
const b = (more: Partial<LedgerRow> = {}) => row('b', 'photo', 'b', { position: 1, ...more });
const draft = (more: Partial<LedgerRow> = {}) => row('draft', 'draft', 'text', more);
const inDraft = { partOf: 'draft' };

const plan = (
  ledger: LedgerRow[],
  { publisher = album(), neededAtMs = nowMs, afreshFrom = null as Date | null } = {},
) => planOf(publisher, content(afreshFrom), ledger, neededAtMs);

describe('what has to be prepared', () => {
  test('is everything in the beginning, and the draft when the photos lie there', () => {
    expect(plan([]).isComplete('ahead')).toBe(false);
    const laid = plan([a(), b()]);
    expect([laid.isComplete('ahead'), laid.isComplete('last'), laid.subject]).toEqual([true, false, undefined]);
  });

  test('is nothing when the draft lies there, which is what the commit makes public', () => {
    const whole = plan([a(inDraft), b(inDraft), draft()]);
    expect([whole.isComplete('ahead'), whole.isComplete('last'), whole.subject]).toEqual([true, true, 'meta of draft']);
  });

  test('is the photos too when the text became another: those of the old draft are in it', () => {
    const edited = plan([a(inDraft), b(inDraft), draft()], { publisher: album('other text') });
    expect([edited.isComplete('ahead'), edited.isComplete('last')]).toEqual([false, false]);
  });

  test('is everything anew when a draft is young, but its photos will be too old when it is due', () => {
    const old = { ...inDraft, freshFrom: hoursAgo(15) };
    const ledger = [a(old), b(old), draft({ freshFrom: hoursAgo(15) })];
    expect(plan(ledger).subject).toBe('meta of draft');
    const later = plan(ledger, { neededAtMs: nowMs + 6 * hourMs });
    expect([later.isComplete('ahead'), later.subject]).toEqual([false, undefined]);
  });

  test('does not use what was prepared before a person said "publish again"', () => {
    expect(plan([a(inDraft), b(inDraft), draft()], { afreshFrom: new Date(nowMs) }).isComplete('ahead')).toBe(false);
  });

  test('is gone on with where Meta has begun with it, and not taken for done', () => {
    const begun = plan([a({ status: 'open' }), b()]);
    expect(begun.isComplete('ahead')).toBe(false);
    expect(begun.pieces[0]?.laid?.metaId).toBe('meta of a');
  });
});

describe('what is cleaned up', () => {
  const leftovers = (
    state: TargetRow['state'],
    ledger: LedgerRow[],
    publisher = album(),
    afreshFrom: Date | null = null,
  ) =>
    leftoversOf(publisher, { state, afreshFrom }, ledger, plan(ledger, { publisher, afreshFrom })).map(({ id }) => id);
  const committed = (more: Partial<LedgerRow> = {}) =>
    row('commit', 'commit', 'text', { metaId: 'meta of draft', ...more });
  const discarded = (of: string, more: Partial<LedgerRow> = {}) =>
    row(`-${of}`, 'discard', '', { metaId: `meta of ${of}`, ...more });
  const all = [a(inDraft), b(inDraft), draft()];

  test('is nothing of what is still needed', () => {
    expect(leftovers('armed', all)).toEqual([]);
    expect(leftovers('scheduled', [a(), b()])).toEqual([]);
  });

  test('is the draft of an older content with its photos', () => {
    expect(leftovers('scheduled', all, album('other text'))).toEqual(['a', 'b', 'draft']);
  });

  test('is everything of what was canceled, or failed because Meta refused it', () => {
    expect(leftovers('canceled', [...all, committed({ status: 'armed' })])).toEqual(['a', 'b', 'draft']);
    expect(leftovers('failed', [...all, committed({ status: 'refused' })])).toEqual(['a', 'b', 'draft']);
  });

  test('is never what may be live, nor what went into it', () => {
    for (const status of ['done', 'open', 'unknown'] as const)
      expect(leftovers('published', [...all, committed({ status })])).toEqual([]);
    const older = row('older', 'draft', 'older');
    expect(leftovers('published', [older, ...all, committed()])).toEqual(['older']);
  });

  test('is nothing while a person is asked', () => {
    expect(leftovers('held', [...all, committed({ status: 'unknown' })])).toEqual([]);
    expect(leftovers('held', all, album('other text'))).toEqual([]);
  });

  test('is, where a person had to say what became of it, only what can be looked at: not a photo that is in no draft', () => {
    const saidAt = new Date(nowMs);
    for (const state of ['published', 'scheduled'] as const) {
      expect(leftovers(state, [a(), b()], album(), saidAt)).toEqual([]);
      expect(leftovers(state, all, album(), saidAt)).toEqual(['a', 'b', 'draft']);
    }
    expect(leftovers('canceled', [a({ openedAt: new Date(nowMs + 1) })], album(), saidAt)).toEqual(['a']);
    expect(leftovers('published', [a(), b()])).toEqual(['a', 'b']);
  });

  test('is no photo in a draft that stays, because somebody published it or Meta does not delete it', () => {
    const again = discarded('draft', { status: 'unknown' });
    expect(leftovers('canceled', [...all, discarded('draft', { status: 'refused' })])).toEqual([]);
    expect(leftovers('canceled', [...all, again, again, again, again, again])).toEqual([]);
    expect(leftovers('canceled', [...all, again])).toEqual(['a', 'b', 'draft']);
    expect(leftovers('canceled', [...all, discarded('draft')])).toEqual(['a', 'b']);
  });

  test('is no photo of a draft whose answer was lost, before somebody has looked for that', () => {
    const lost = draft({ metaId: null, status: 'unknown' });
    expect(leftovers('published', [a(inDraft), b(inDraft), lost])).toEqual([]);
    expect(leftovers('published', [a(inDraft), b(inDraft)])).toEqual([]);
    expect(leftovers('published', [a(inDraft), b(inDraft), lost, row('c', 'photo', 'c')])).toEqual(['c']);
  });

  test('is not tried again once it is gone, refused, or was tried often', () => {
    expect(leftovers('canceled', [draft(), discarded('draft')])).toEqual([]);
    expect(leftovers('canceled', [draft(), discarded('draft', { status: 'refused' })])).toEqual([]);
    const once = discarded('draft', { status: 'unknown' });
    expect(leftovers('canceled', [draft(), once])).toEqual(['draft']);
    expect(leftovers('canceled', [draft(), once, once, once, once, once])).toEqual([]);
  });
});
