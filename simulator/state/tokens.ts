import { DAY_MS, HOUR_MS, SECOND_MS } from './clock.ts';
import type { Database } from './database.ts';
import { newToken } from './ids.ts';

export const SHORT_LIFE_MS = 1.5 * HOUR_MS;
/** What Meta says in `expires_in`: a little less than 60 days. */
export const LONG_LIFE_MS = 5_183_944 * SECOND_MS;
export const DATA_ACCESS_LIFE_MS = 90 * DAY_MS;

export interface Token {
  token: string;
  kind: 'user' | 'page';
  person_id: string;
  page_id: string | null;
  long_lived: number;
  issued_at: number;
  /** 0 for never. */
  expires_at: number;
  data_access_expires_at: number;
  /** Why it is dead though its time is not over. */
  dead_subcode: number | null;
}

type NewToken = Omit<Token, 'token' | 'dead_subcode'>;

export const findToken = (db: Database, token: string) =>
  db.settled<Token>('select * from tokens where token = ?', token);

export function issueToken(db: Database, token: NewToken): Token {
  return db.one<Token>(
    `insert into tokens (token, kind, person_id, page_id, long_lived, issued_at, expires_at, data_access_expires_at)
     values (?, ?, ?, ?, ?, ?, ?, ?) returning *`,
    ...[newToken(), token.kind, token.person_id, token.page_id, token.long_lived],
    ...[token.issued_at, token.expires_at, token.data_access_expires_at],
  ) as Token;
}

/** The Page token that belongs to a user token: without an end when that one is long-lived, and the same one each time it is asked for. */
export function pageTokenFor(db: Database, user: Token, pageId: string, nowMs: number): Token {
  const expiresAt = user.long_lived ? 0 : user.expires_at;
  const known = db.one<Token>(
    `select * from tokens where kind = 'page' and person_id = ? and page_id = ? and expires_at = ? and dead_subcode is null`,
    ...[user.person_id, pageId, expiresAt],
  );
  if (known) return known;
  const { person_id, long_lived, data_access_expires_at } = user;
  const times = { issued_at: nowMs, expires_at: expiresAt, data_access_expires_at };
  return issueToken(db, { kind: 'page', person_id, page_id: pageId, long_lived, ...times });
}

export function killToken(db: Database, token: string, subcode: number): void {
  db.run('update tokens set dead_subcode = ? where token = ?', subcode, token);
}

/** Kills every token of a person, or only those they have for one Page. How many there were. */
export function killTokens(db: Database, personId: string, subcode: number, pageId?: string): number {
  return db.run(
    'update tokens set dead_subcode = ?1 where person_id = ?2 and dead_subcode is null and (?3 is null or page_id = ?3)',
    ...[subcode, personId, pageId ?? null],
  );
}
