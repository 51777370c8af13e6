import type { TenantDb } from '../pools.ts';
import type { Ledger } from '../schema.ts';
import { callWords, readWords } from './words.ts';

/** A call to Meta, or a look at it. */
export interface Happened {
  at: Date;
  /** For people. */
  words: string;
  step: Ledger['step'] | 'look';
  outcome: string;
  /** What Meta answered, in numbers. */
  diagnostic: Record<string, unknown> | null;
}

/** What was asked of Meta for a target, and the looks that followed; the earliest first. */
export async function readCalls(db: TenantDb, target: string): Promise<Happened[]> {
  const calls = await db.selectFrom('ledger').selectAll().where('target', '=', target).execute();
  const looks = await db
    .selectFrom('witness_reads as w')
    .innerJoin('ledger as l', 'l.id', 'w.ledger')
    .select(['w.answer', 'w.diagnostic', 'w.read_at'])
    .where('l.target', '=', target)
    .execute();
  const happened = [
    ...calls.map((call) => ({
      at: call.called_at ?? call.closed_at ?? call.opened_at,
      words: callWords(call),
      step: call.step,
      outcome: call.status,
      diagnostic: call.diagnostic as Happened['diagnostic'],
    })),
    ...looks.map(({ answer, diagnostic, read_at }) => ({
      at: read_at,
      words: readWords[answer],
      step: 'look' as const,
      outcome: answer,
      diagnostic: diagnostic as Happened['diagnostic'],
    })),
  ];
  return happened.sort((a, b) => a.at.getTime() - b.at.getTime());
}
