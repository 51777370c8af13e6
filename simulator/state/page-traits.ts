import type { Database } from './database.ts';

/** An Instagram account that is linked to a Page and is not the professional one which the Graph works with. */
export interface OtherInstagram {
  id: string;
  username: string;
}

export const isUnpublished = (db: Database, pageId: string): boolean =>
  db.one('select 1 from unpublished_pages where page_id = ?', pageId) !== undefined;

export const otherInstagramOf = (db: Database, pageId: string) =>
  db.one<OtherInstagram>('select id, username from other_instagrams where page_id = ?', pageId);
