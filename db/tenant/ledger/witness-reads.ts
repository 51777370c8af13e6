import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { TenantDb } from '../pools.ts';
import type { WitnessReads } from '../schema.ts';
import type { Diagnostic } from '../targets/record.ts';

/**
 * What a look at Meta showed. `gone`: an object that Meta does not show. `processing`: Meta has taken the call, and is at work on it.
 * `failed`: it had taken it, and gave it up. `no-answer` says nothing at all.
 */
export type Seen = WitnessReads['answer'];

interface Look {
  /** The commit that it is about. */
  ledger: string;
  seen: Seen;
  diagnostic?: Diagnostic | undefined;
  /** How long ago Meta was asked: what it showed then says nothing of now. */
  ageMs: number;
}

/** Notes a look at Meta, as of when it was asked. */
export async function noteRead(db: TenantDb, { ledger, seen, diagnostic, ageMs }: Look): Promise<void> {
  await db
    .insertInto('witness_reads')
    .values({
      ...{ id: uuidv7(), ledger, answer: seen },
      read_at: sql<Date>`clock_timestamp() - make_interval(secs => ${ageMs / 1000})`,
      ...(diagnostic ? { diagnostic: JSON.stringify(diagnostic) } : {}),
    })
    .execute();
}

/** What shows that Meta has the object: what it did not show before says nothing any more. */
const shown = ['processing', 'not-live', 'live'] as const;

/** How often a commit was looked for since then and this was seen; that an object is gone, since it was seen last. */
export async function countReads(db: TenantDb, ledger: string, answer: Seen, since: Date): Promise<number> {
  const { reads } = await db
    .selectFrom('witness_reads')
    .select(({ fn }) => fn.countAll<string>().as('reads'))
    .where('ledger', '=', ledger)
    .where('answer', '=', answer)
    .where('read_at', '>=', since)
    .$if(answer === 'gone', (query) =>
      query.where(
        sql<boolean>`not exists (
          select from witness_reads later where later.ledger = witness_reads.ledger
          and later.read_at > witness_reads.read_at and later.answer = any(${shown}::text[]))`,
      ),
    )
    .executeTakeFirstOrThrow();
  return Number(reads);
}
