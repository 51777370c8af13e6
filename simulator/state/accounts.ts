import type { Database } from './database.ts';

export interface Person {
  id: string;
  name: string;
}

export interface Page {
  id: string;
  name: string;
  username: string | null;
  category: string;
  about: string | null;
  followers: number;
  fans: number;
  /** 1 when it belongs to a business portfolio: lists then leave it out without `business_management`. */
  business: number;
}

export interface InstagramAccount {
  id: string;
  page_id: string;
  username: string;
  name: string;
  biography: string | null;
  followers: number;
  follows: number;
  media: number;
}

/** What a person may do with a Page, whatever the app was granted. */
export interface Role {
  page: Page;
  tasks: string[];
  inBusiness: boolean;
}

export const allTasks = ['ANALYZE', 'ADVERTISE', 'MESSAGING', 'MODERATE', 'CREATE_CONTENT', 'MANAGE'] as const;

export const findPerson = (db: Database, id: string) => db.one<Person>('select * from people where id = ?', id);
export const findPage = (db: Database, id: string) => db.one<Page>('select * from pages where id = ?', id);
export const allPeople = (db: Database) => db.all<Person>('select * from people order by rowid');
export const allPages = (db: Database) => db.all<Page>('select * from pages order by rowid');

export const findInstagram = (db: Database, id: string) =>
  db.settled<InstagramAccount>('select * from instagram_accounts where id = ?', id);

export const instagramOfPage = (db: Database, pageId: string) =>
  db.one<InstagramAccount>('select * from instagram_accounts where page_id = ?', pageId);

/** The Pages that a person has a role on, in the order in which Meta lists them. */
export function rolesOf(db: Database, personId: string): Role[] {
  const rows = db.all<Page & { tasks: string; in_business: number }>(
    'select p.*, r.tasks, r.in_business from roles r join pages p on p.id = r.page_id where r.person_id = ? order by r.position, p.rowid',
    personId,
  );
  return rows.map(roleIn);
}

export function roleOn(db: Database, personId: string, pageId: string): Role | undefined {
  const row = db.settled<Page & { tasks: string; in_business: number }>(
    'select p.*, r.tasks, r.in_business from roles r join pages p on p.id = r.page_id where r.person_id = ? and r.page_id = ?',
    ...[personId, pageId],
  );
  return row && roleIn(row);
}

const roleIn = ({ tasks, in_business, ...page }: Page & { tasks: string; in_business: number }): Role => ({
  page,
  tasks: tasksOf(tasks),
  inBusiness: in_business === 1,
});

const tasksOf = (text: string) => (text ? text.split(',') : []);
