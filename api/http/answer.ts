import type { Readable } from 'node:stream';

/** A workflow whose row has been changed, and the revision under which it was: to be told once the answer is safe. */
export interface Change {
  workflow: string;
  revision: number;
}

export type SessionCookie = { set: string; expiresAt: Date } | 'clear';

/** What an answer may carry beside its status and body. */
export interface Extras {
  headers?: Record<string, string>;
  cookie?: SessionCookie;
  changes?: Change[];
}

/**
 * Given back instead of an answer: what asks somebody else than the database, and may take long. It is done while the request holds nothing of
 * the database; then the handler runs once more.
 */
export interface Errand {
  errand: () => Promise<void>;
}

export const isErrand = (outcome: object): outcome is Errand => 'errand' in outcome;

export type Content = string | Buffer | Readable | null;

export const ok = <B>(body: B, extras: Extras = {}) => ({ status: 200 as const, body, ...extras });
export const created = <B>(body: B, location: string, extras: Extras = {}) => ({
  status: 201 as const,
  body,
  ...extras,
  headers: { location, ...extras.headers },
});
export const noContent = (extras: Extras = {}) => raw(204, null, extras);
export const answered = <const S extends number, B>(status: S, body: B, extras: Extras = {}) => ({
  status,
  body,
  ...extras,
});
export const raw = <const S extends number>(status: S, content: Content, extras: Extras = {}) => ({
  status,
  content,
  ...extras,
});
