import { DAY_MS } from './clock.ts';
import type { Database } from './database.ts';
import { newContainerId } from './ids.ts';

export type ContainerType = 'IMAGE' | 'VIDEO' | 'REELS' | 'STORIES' | 'CAROUSEL';

/** A container that was not published is of no use after a day. */
const CONTAINER_LIFE_MS = DAY_MS;
const UNKNOWN_UPLOAD_ERROR = 2_207_053;

export interface Container {
  sequence: number;
  id: string;
  account_id: string;
  media_type: ContainerType;
  is_carousel_item: number;
  /** Ids, in their order, as JSON. */
  children: string;
  caption: string | null;
  alt_text: string | null;
  /** What else it was created with, as JSON. */
  options: string;
  /** Where its content is fetched; nothing for what is uploaded, or made of children. */
  source_url: string | null;
  sha256: string | null;
  cover_sha256: string | null;
  created_at: number;
  /** When processing is over; nothing while its content is still to come. */
  ready_at: number | null;
  error_subcode: number | null;
  published_at: number | null;
  publish_calls: number;
  deleted_at: number | null;
}

export type Status = 'EXPIRED' | 'ERROR' | 'FINISHED' | 'IN_PROGRESS' | 'PUBLISHED';

export type NewContainer = Pick<
  Container,
  'account_id' | 'media_type' | 'is_carousel_item' | 'children' | 'caption' | 'alt_text' | 'options' | 'source_url'
> &
  Pick<Container, 'cover_sha256' | 'created_at' | 'error_subcode'>;

export function createContainer(db: Database, container: NewContainer): Container {
  const { account_id, media_type, is_carousel_item, children, caption, alt_text, options, source_url } = container;
  return db.one<Container>(
    `insert into containers (id, account_id, media_type, is_carousel_item, children, caption, alt_text, options, source_url, cover_sha256, created_at, error_subcode)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning *`,
    ...[newContainerId(), account_id, media_type, is_carousel_item, children, caption, alt_text, options, source_url],
    ...[container.cover_sha256, container.created_at, container.error_subcode],
  ) as Container;
}

export const findContainer = (db: Database, id: string) =>
  db.one<Container>('select * from containers where id = ? and deleted_at is null', id);

/** Those of them that there are, in that order. */
export function findContainers(db: Database, ids: readonly string[]): Container[] {
  return db.all<Container>(
    'select c.* from json_each(?) wanted join containers c on c.id = wanted.value where c.deleted_at is null order by wanted.key',
    JSON.stringify(ids),
  );
}

export const childrenOf = ({ children }: Container) => JSON.parse(children) as string[];

/** Its content is there, and is ready at that instant unless processing it failed. */
export function fillContainer(
  db: Database,
  id: string,
  { sha256, readyAt, errorSubcode }: { sha256: string | null; readyAt: number; errorSubcode: number | null },
): void {
  db.run(
    'update containers set sha256 = ?, ready_at = ?, error_subcode = coalesce(error_subcode, ?) where id = ?',
    ...[sha256, readyAt, errorSubcode, id],
  );
}

export function statusOf(container: Container, nowMs: number): Status {
  if (container.published_at !== null) return 'PUBLISHED';
  if (container.created_at + CONTAINER_LIFE_MS <= nowMs) return 'EXPIRED';
  if (container.ready_at === null || container.ready_at > nowMs) return 'IN_PROGRESS';
  return container.error_subcode === null ? 'FINISHED' : 'ERROR';
}

/** What was ready is so no longer: Meta could not process it after all, or has let go of it. */
export function spoilContainer(db: Database, { id }: Container, as: 'ERROR' | 'EXPIRED', nowMs: number): void {
  if (as === 'EXPIRED') db.run('update containers set created_at = ? where id = ?', nowMs - CONTAINER_LIFE_MS, id);
  else db.run('update containers set error_subcode = ? where id = ?', UNKNOWN_UPLOAD_ERROR, id);
}

export function countPublishCall(db: Database, id: string): void {
  db.run('update containers set publish_calls = publish_calls + 1 where id = ?', id);
}

/** The container and, in a carousel, what it is made of: none of them can be used again. */
export function markPublished(db: Database, container: Container, nowMs: number): void {
  db.run(
    'update containers set published_at = ? where id in (select value from json_each(?))',
    ...[nowMs, JSON.stringify([container.id, ...childrenOf(container)])],
  );
}

export function deleteContainer(db: Database, id: string, nowMs: number): void {
  db.run('update containers set deleted_at = ? where id = ?', nowMs, id);
}

/** How many were created within the last day, whatever became of them. */
export const containersOfDay = (db: Database, accountId: string, nowMs: number) =>
  db.one<{ n: number }>(
    'select count(*) as n from containers where account_id = ? and created_at > ?',
    ...[accountId, nowMs - DAY_MS],
  )?.n ?? 0;

/** Those whose content was being fetched when the process ended. */
export const unfetched = (db: Database) =>
  db.all<Container>('select * from containers where ready_at is null and source_url is not null order by sequence');
