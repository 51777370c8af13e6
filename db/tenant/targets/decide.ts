import { type RawBuilder, sql } from 'kysely';
import type { ControlDb } from '../../control/connect.ts';
import { wantAll } from '../../control/workflows/want-all.ts';
import type { TenantDb } from '../pools.ts';
import type { Targets } from '../schema.ts';
import type { Diagnostic } from './record.ts';
import { settle } from './settle.ts';
import { dueByRows } from './take-back.ts';

export interface Stores {
  control: ControlDb;
  tenant: string;
  inTenant: <T>(work: (db: TenantDb) => Promise<T>) => Promise<T>;
}

/** A target as it was read, and the workflow that lives by it. */
export interface Candidate {
  id: string;
  revision: number;
  workflow: string;
  /** When it may be published, where that changes. */
  dueAt?: Date;
}

export interface Decision {
  state: 'scheduled' | 'held' | 'canceled' | 'failed';
  reason: string | null;
  diagnostic?: Diagnostic;
  choices?: readonly string[];
  heldFor?: 'authorization' | 'overdue';
  /** Only from these states. */
  from: readonly Targets['state'][];
  /** Only those of which this holds as it is written; they are called `t`. */
  only?: RawBuilder<boolean>;
  /** Looks once more, within the transaction that writes, whether there still is a reason. */
  still?: (trx: TenantDb) => Promise<boolean>;
  /** What else is written, in the same transaction, about those that were decided on. */
  also?: (trx: TenantDb, decided: readonly string[]) => Promise<unknown>;
}

export interface Decided {
  /** Who has to be told. */
  changes: { workflow: string; revision: number }[];
  decided: string[];
  /** Claimed by a commit: what becomes of them says their outcome. */
  tooLate: string[];
}

/** Below the 15 s after which a workflow takes it that no transaction of a command is open any more. */
const commandMaxMs = 9_000;

/** It took so long that a workflow may have gone on by the old rows; nothing was written. */
export class DecisionTooSlow extends Error {
  override readonly name = 'DecisionTooSlow';
}

/**
 * Decides on many targets at once, as architecture's order wants it: first control, so that nothing parked for them can claim any more,
 * then their rows. Whoever calls this tells the workflows.
 * @throws DecisionTooSlow; to be begun again
 */
export async function decide(
  { control, tenant, inTenant }: Stores,
  candidates: readonly Candidate[],
  decision: Decision,
): Promise<Decided> {
  if (!candidates.length) return { changes: [], decided: [], tooLate: [] };
  const startedMs = performance.now();
  const wanted = candidates.map(({ workflow, revision, dueAt }) => ({
    id: workflow,
    above: revision,
    ...(dueAt ? { dueAt } : {}),
  }));
  const revisions = await wantAll(control, tenant, wanted);
  const inTime = candidates.filter(({ workflow }) => revisions.has(workflow));
  const decided = await inTenant((db) =>
    db.transaction().execute(async (trx) => {
      const isStill = !decision.still || (await decision.still(trx));
      const written = isStill ? await write(trx, inTime, revisions, decision) : [];
      const left = inTime.filter(({ id }) => !written.includes(id));
      await settle(
        trx,
        left.map(({ id, workflow }) => ({ id, revision: revisions.get(workflow) ?? 0 })),
      );
      if (written.length) await decision.also?.(trx, written);
      // Somebody may have changed their times since they were read; from here on nobody can.
      const timed = inTime.filter(({ dueAt }) => dueAt);
      await dueByRows(
        control,
        trx,
        timed.map((target) => ({ ...target, revision: revisions.get(target.workflow) ?? 0 })),
      );
      if (performance.now() - startedMs > commandMaxMs) throw new DecisionTooSlow();
      return written;
    }),
  );
  return {
    changes: [...revisions].map(([workflow, revision]) => ({ workflow, revision })),
    decided,
    tooLate: candidates.filter(({ workflow }) => !revisions.has(workflow)).map(({ id }) => id),
  };
}

async function write(
  trx: TenantDb,
  targets: readonly Candidate[],
  revisions: ReadonlyMap<string, number>,
  { state, reason, diagnostic, choices = [], heldFor, from, only = sql<boolean>`true` }: Decision,
): Promise<string[]> {
  const ids = targets.map(({ id }) => id);
  const anew = targets.map(({ workflow }) => revisions.get(workflow) ?? 0);
  const { rows } = await sql<{ id: string }>`
    update targets t set state = ${state}, since = clock_timestamp(), revision = p.revision, reason = ${reason},
      diagnostic = ${diagnostic ? JSON.stringify(diagnostic) : null}::jsonb, choices = ${[...choices]}::text[],
      held_for = ${heldFor ?? null}
    from unnest(${ids}::uuid[], ${anew}::int[]) as p (id, revision)
    where t.id = p.id and t.revision < p.revision and t.state = any(${[...from]}::text[]) and ${only}
    returning t.id`.execute(trx);
  return rows.map(({ id }) => id);
}
