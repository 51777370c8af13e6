import type { Page } from './accounts.ts';
import type { Database } from './database.ts';
import { newBusinessId } from './ids.ts';

export interface Business {
  id: string;
  name: string;
  two_factor_type: TwoFactor;
}

export const twoFactorTypes = ['none', 'admin_required', 'all_required'] as const;
type TwoFactor = (typeof twoFactorTypes)[number];

/** How a business holds a Page: as its own, or for a client. */
export const holdings = ['owned', 'client'] as const;
type Holding = (typeof holdings)[number];

export interface NewBusiness {
  id?: string | undefined;
  name: string;
  twoFactor?: TwoFactor | undefined;
  pages: readonly { id: string; as?: Holding | undefined }[];
  people: readonly { id: string; secondFactor?: boolean | undefined }[];
}

export const findBusiness = (db: Database, id: string) => db.one<Business>('select * from businesses where id = ?', id);

/** A portfolio with the Pages that it holds and the people who have a role in it; who has none there has none of its Pages listed. */
export function addBusiness(db: Database, { name, pages, people, ...given }: NewBusiness): Business {
  const { id = newBusinessId(), twoFactor = 'none' } = given;
  db.run('insert into businesses (id, name, two_factor_type) values (?, ?, ?)', id, name, twoFactor);
  for (const { id: person, secondFactor = true } of people)
    db.run(
      'insert into business_people (business_id, person_id, second_factor) values (?, ?, ?)',
      ...[id, person, secondFactor ? 1 : 0],
    );
  for (const { id: page, as = 'owned' } of pages) {
    db.run('insert into business_pages (page_id, business_id, held_as) values (?, ?, ?)', page, id, as);
    db.run('update pages set business = 1 where id = ?', page);
    db.run(
      `update roles set in_business = person_id in (select person_id from business_people where business_id = ?)
       where page_id = ?`,
      ...[id, page],
    );
  }
  return findBusiness(db, id) as Business;
}

export const businessesOf = (db: Database, personId: string) =>
  db.all<Business>(
    `select b.* from businesses b join business_people p on p.business_id = b.id
     where p.person_id = ? order by b.rowid`,
    personId,
  );

export const pagesOfBusiness = (db: Database, businessId: string, holding: Holding) =>
  db.all<Page>(
    `select p.* from pages p join business_pages h on h.page_id = p.id
     where h.business_id = ? and h.held_as = ? order by p.rowid`,
    ...[businessId, holding],
  );

/** Whether a business that wants a second factor of its people keeps a Page from this person, who has none. */
export function lacksSecondFactor(db: Database, personId: string, pageId: string): boolean {
  return Boolean(
    db.one(
      `select 1 from business_pages h join businesses b on b.id = h.business_id
       join business_people p on p.business_id = b.id and p.person_id = ?
       where h.page_id = ? and b.two_factor_type <> 'none' and p.second_factor = 0`,
      ...[personId, pageId],
    ),
  );
}
