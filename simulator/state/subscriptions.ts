import type { Database } from './database.ts';

/** The webhook fields that the app gets of a Page; nothing when it is not subscribed. */
export function subscriptionOf(db: Database, pageId: string): string[] | undefined {
  const row = db.one<{ fields: string }>('select fields from subscriptions where page_id = ?', pageId);
  return row && (JSON.parse(row.fields) as string[]);
}

export function subscribe(db: Database, pageId: string, fields: readonly string[]): void {
  db.run(
    'insert into subscriptions (page_id, fields) values (?, ?) on conflict (page_id) do update set fields = excluded.fields',
    ...[pageId, JSON.stringify(fields)],
  );
}

export function unsubscribe(db: Database, pageId: string): void {
  db.run('delete from subscriptions where page_id = ?', pageId);
}
