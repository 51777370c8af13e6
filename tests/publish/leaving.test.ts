import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leaveTarget } from '../../activities/publish/leave-target.ts';
import { type FreshTenant, freshTenant } from '../stack/fresh-tenant.ts';
import { seedTarget } from './seed-target.ts';

let own: FreshTenant;

beforeAll(async () => {
  own = await freshTenant();
});
afterAll(() => own?.close());

interface Seeded {
  firstComment?: string | null;
  metaId?: string | null;
  said?: string | null;
  /** Of what was written down of the comment; absent where nothing was. */
  comment?: 'open' | 'done' | 'unknown' | 'refused' | 'abandoned';
}

/** What is said of a published post when its workflow leaves and has given up its first comment. */
const saidOf = ({ firstComment = 'First', metaId = '1_2', said = null, comment }: Seeded) =>
  own.inTenant(async (db) => {
    const { target } = await seedTarget(db, 'published');
    await db
      .updateTable('targets')
      .set({ first_comment: firstComment, meta_id: metaId, comment_reason: said, reason: 'Something else.' })
      .where('id', '=', target)
      .execute();
    const entry = { id: uuidv7(), target, step: 'comment', revision: 1, content_hash: Buffer.alloc(32) } as const;
    if (comment)
      await db
        .insertInto('ledger')
        .values({ ...entry, status: comment })
        .execute();
    const { fresh, tenants, tenant } = own;
    const leave = leaveTarget({ control: fresh.control, tenants });
    expect(await leave({ tenant, target, wanted: 1, commentGivenUp: true })).toBe(true);
    const row = await db.selectFrom('targets').selectAll().where('id', '=', target).executeTakeFirstOrThrow();
    expect(row.reason).toBe('Something else.');
    return row.comment_reason;
  });

test.each([{}, { comment: 'refused' }, { comment: 'abandoned' }] as const)(
  'that a first comment was given up is said where none can have been written (%o)',
  async (seeded) => {
    expect(await saidOf(seeded)).toContain('The first comment was not written');
  },
);

test.each([{ comment: 'open' }, { comment: 'unknown' }] as const)(
  'that nobody knows of a first comment is said where one may have been written (%o)',
  async (seeded) => {
    expect(await saidOf(seeded)).toContain('Meta did not say');
  },
);

test.each([{ comment: 'done' }, { firstComment: null }, { metaId: null }, { said: 'It is said.' }] as const)(
  'nothing is said where it is written, none is wanted or none can be, nor over what is said (%o)',
  async (seeded) => {
    expect(await saidOf(seeded)).toBe('said' in seeded ? seeded.said : null);
  },
);
