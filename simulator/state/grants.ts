import { instagramOfPage } from './accounts.ts';
import type { Database } from './database.ts';

export interface Grant {
  permission: string;
  granted: boolean;
  /** Ids it holds for. Nothing stands for every asset. */
  targets: string[] | undefined;
}

interface Consent {
  personId: string;
  granted: readonly string[];
  declined: readonly string[];
  /** `every`: all Pages that there are and will be, so that none is named. */
  pageIds: readonly string[] | 'every';
  /** Adds to the assets of an earlier consent instead of replacing them. */
  accumulate: boolean;
}

/** What this person has decided about each permission that the app ever asked for. */
export function grantsOf(db: Database, personId: string): Grant[] {
  const rows = db.all<GrantRow>(
    'select permission, granted, targets from grants where person_id = ? order by rowid',
    personId,
  );
  return rows.map(grantIn);
}

interface GrantRow {
  permission: string;
  granted: number;
  targets: string | null;
}

const grantIn = ({ permission, granted, targets }: GrantRow): Grant => ({
  permission,
  granted: granted === 1,
  targets: targets === null ? undefined : (JSON.parse(targets) as string[]),
});

/** Whether the person lets the app use this permission, on this asset where one is named. */
export function isGranted(db: Database, personId: string, permission: string, assetId?: string): boolean {
  const row = db.settled<GrantRow>(
    'select permission, granted, targets from grants where person_id = ? and permission = ?',
    ...[personId, permission],
  );
  if (!row?.granted) return false;
  return assetId === undefined || row.targets === null || targetsIn(row, row.targets).has(assetId);
}

/** Of the rows that are remembered, so that a list of hundreds is not parsed at every call. */
const parsed = new WeakMap<GrantRow, ReadonlySet<string>>();

function targetsIn(row: GrantRow, targets: string): ReadonlySet<string> {
  const known = parsed.get(row) ?? new Set(JSON.parse(targets) as string[]);
  parsed.set(row, known);
  return known;
}

/** Writes down what a person ticked in the dialog. */
export function recordConsent(db: Database, consent: Consent): void {
  const earlier = new Map(grantsOf(db, consent.personId).map((grant) => [grant.permission, grant.targets]));
  for (const permission of consent.granted) {
    const chosen = targetsOf(db, permission, consent.pageIds);
    const kept = consent.accumulate ? (earlier.get(permission) ?? []) : [];
    write(db, consent.personId, permission, true, chosen && [...new Set([...kept, ...chosen])]);
  }
  for (const permission of consent.declined) write(db, consent.personId, permission, false, undefined);
}

/** Revokes one permission; false when it was not granted. */
export function revokeGrant(db: Database, personId: string, permission: string): boolean {
  return (
    db.run(
      'update grants set granted = 0 where person_id = ? and permission = ? and granted = 1',
      personId,
      permission,
    ) > 0
  );
}

export function forgetGrants(db: Database, personId: string): void {
  db.run('delete from grants where person_id = ?', personId);
}

/** Permissions about Instagram name Instagram accounts, those about Pages name Pages, the others nothing. */
function targetsOf(db: Database, permission: string, pageIds: Consent['pageIds']): string[] | undefined {
  if (pageIds === 'every') return undefined;
  if (permission.startsWith('instagram_')) return pageIds.flatMap((id) => instagramOfPage(db, id)?.id ?? []);
  if (permission.startsWith('pages_') || permission === 'read_insights') return [...pageIds];
  return undefined;
}

function write(
  db: Database,
  personId: string,
  permission: string,
  granted: boolean,
  targets: string[] | undefined,
): void {
  db.run(
    `insert into grants (person_id, permission, granted, targets) values (?, ?, ?, ?)
     on conflict (person_id, permission) do update set granted = excluded.granted, targets = excluded.targets`,
    ...[personId, permission, granted ? 1 : 0, targets ? JSON.stringify(targets) : null],
  );
}
