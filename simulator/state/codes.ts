import { MINUTE_MS } from './clock.ts';
import type { Database } from './database.ts';
import { newCode } from './ids.ts';

const CODE_LIFE_MS = 10 * MINUTE_MS;

interface Code {
  person_id: string;
  redirect_uri: string;
  expires_at: number;
  used_at: number | null;
}

export type Redeemed = { personId: string } | 'unknown' | 'used' | 'expired' | 'other-redirect';

/** A code for the person who pressed Continue, good once and for this address only. */
export function issueCode(db: Database, personId: string, redirectUri: string, nowMs: number): string {
  const code = newCode();
  db.run(
    'insert into codes (code, person_id, redirect_uri, expires_at) values (?, ?, ?, ?)',
    ...[code, personId, redirectUri, nowMs + CODE_LIFE_MS],
  );
  return code;
}

export function redeemCode(db: Database, code: string, redirectUri: string, nowMs: number): Redeemed {
  const found = db.one<Code>('select * from codes where code = ?', code);
  if (!found) return 'unknown';
  if (found.used_at !== null) return 'used';
  if (found.expires_at <= nowMs) return 'expired';
  if (found.redirect_uri !== redirectUri) return 'other-redirect';
  db.run('update codes set used_at = ? where code = ?', nowMs, code);
  return { personId: found.person_id };
}
