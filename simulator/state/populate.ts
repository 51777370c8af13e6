import { allTasks, findPage, findPerson, type InstagramAccount, type Page, type Person } from './accounts.ts';
import type { Database } from './database.ts';
import { newInstagramId, newPageId, newPersonId } from './ids.ts';

export interface NewPage {
  id?: string | undefined;
  name: string;
  username?: string | undefined;
  category?: string | undefined;
  about?: string | undefined;
  followers?: number | undefined;
  business?: boolean | undefined;
  unpublished?: boolean | undefined;
  instagram?: NewInstagram | undefined;
  /** Linked to the Page too, or alone, and no professional account of the Graph's. */
  otherInstagram?: { id?: string | undefined; username: string } | undefined;
}

interface NewInstagram {
  id?: string | undefined;
  username: string;
  name?: string | undefined;
  biography?: string | undefined;
  followers?: number | undefined;
}

export interface NewRole {
  tasks?: readonly string[] | undefined;
  inBusiness?: boolean | undefined;
}

export function addPerson(
  db: Database,
  { id = newPersonId(), name }: { id?: string | undefined; name: string },
): Person {
  db.run('insert into people (id, name) values (?, ?)', id, name);
  return { id, name };
}

export function addPage(db: Database, page: NewPage): Page & { instagram?: InstagramAccount } {
  const { id = newPageId(), name, username = null, category = 'Local business', about = null, followers = 128 } = page;
  db.run(
    'insert into pages (id, name, username, category, about, followers, fans, business) values (?, ?, ?, ?, ?, ?, ?, ?)',
    ...[id, name, username, category, about, followers, Math.round(followers * 0.9), page.business ? 1 : 0],
  );
  if (page.unpublished) db.run('insert into unpublished_pages (page_id) values (?)', id);
  if (page.otherInstagram) {
    const { id: other = newInstagramId(), username: called } = page.otherInstagram;
    db.run('insert into other_instagrams (page_id, id, username) values (?, ?, ?)', id, other, called);
  }
  const made = findPage(db, id) as Page;
  return page.instagram ? { ...made, instagram: addInstagram(db, id, page.instagram) } : made;
}

function addInstagram(db: Database, pageId: string, account: NewInstagram): InstagramAccount {
  const { id = newInstagramId(), username, name = username, biography = null, followers = 256 } = account;
  return db.one<InstagramAccount>(
    `insert into instagram_accounts (id, page_id, username, name, biography, followers, follows, media)
     values (?, ?, ?, ?, ?, ?, 87, 0) returning *`,
    ...[id, pageId, username, name, biography, followers],
  ) as InstagramAccount;
}

/** Links an Instagram account to another Page, as is done at facebook.com; what was granted for it stays as it was. */
export function moveInstagram(db: Database, accountId: string, pageId: string): boolean {
  if (!findPage(db, pageId)) return false;
  return db.run('update instagram_accounts set page_id = ? where id = ?', pageId, accountId) > 0;
}

/** Gives a person a role on a Page, or changes the one they have; no tasks means all of them. */
export function giveRole(db: Database, personId: string, pageId: string, role: NewRole = {}): boolean {
  if (!findPerson(db, personId) || !findPage(db, pageId)) return false;
  const { tasks = allTasks, inBusiness = true } = role;
  db.run(
    `insert into roles (person_id, page_id, tasks, in_business, position)
     values (?, ?, ?, ?, (select count(*) from roles where person_id = ?))
     on conflict (person_id, page_id) do update set tasks = excluded.tasks, in_business = excluded.in_business`,
    ...[personId, pageId, tasks.join(','), inBusiness ? 1 : 0, personId],
  );
  return true;
}

export function takeRole(db: Database, personId: string, pageId: string): boolean {
  return db.run('delete from roles where person_id = ? and page_id = ?', personId, pageId) > 0;
}
