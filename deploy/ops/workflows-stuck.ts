import { sql } from 'kysely';
import type { ControlDb } from '../../db/control/connect.ts';
import { type Command, exits, OpsFailure } from './command.ts';
import { counted } from './counted.ts';
import { type Finding, told } from './finding.ts';
import type { Ops } from './open.ts';
import { runFindings } from './run-findings.ts';
import { runOf } from './run-of-workflow.ts';

/** Relay and reconciler need up to a minute for whatever was missed. */
const mendedWithinMs = 120_000;
const overdueAfterMs = 60_000;
const atOnce = 16;

/** Workflows that do not go on: nobody told them, they do not run, they are late, or what they do fails again and again. */
export const stuck: Command = {
  usage: 'workflows stuck',
  summary: 'What does not go on, of everything that should be alive',
  async run(ops) {
    const entries = await entriesOf(ops.control);
    const findings: Finding[] = [];
    const left = [...entries];
    const look = async () => {
      for (let entry = left.shift(); entry; entry = left.shift()) findings.push(...(await findingsOf(ops, entry)));
    };
    await Promise.all(Array.from({ length: atOnce }, look));
    findings.sort((a, b) => (a.about ?? '').localeCompare(b.about ?? ''));
    return {
      exit: findings.length ? exits.needsAttention : exits.fine,
      json: { ok: true, looked: entries.length, findings },
      lines: [
        `Should be alive: ${counted(entries.length, 'workflow')}. Found to be stuck: ${findings.length || 'nothing'}.`,
        ...findings.flatMap(told),
      ],
    };
  },
};

interface Entry {
  id: string;
  wantedAt: Date;
  dueAt: Date | null;
  untold: boolean;
  old: boolean;
  overdue: boolean;
}

async function entriesOf(control: ControlDb): Promise<Entry[]> {
  const older = (column: 'wanted_at' | 'due_at', ms: number) =>
    sql`${sql.ref(column)} < clock_timestamp() - make_interval(secs => ${ms / 1_000})`;
  const { rows } = await sql<Entry>`
    select id, wanted_at as "wantedAt", due_at as "dueAt",
      sent < wanted and ${older('wanted_at', mendedWithinMs)} as untold,
      ${older('wanted_at', mendedWithinMs)} as old,
      coalesce(claimed_by is null and ${older('due_at', overdueAfterMs)}, false) as overdue
    from workflows order by id`.execute(control);
  return rows;
}

async function findingsOf({ temporal }: Ops, { id, wantedAt, dueAt, untold, old, overdue }: Entry): Promise<Finding[]> {
  const run = await runOf(temporal, id, { ask: false });
  if (run.status === 'Temporal does not answer')
    throw new OpsFailure(
      exits.failed,
      'Temporal does not answer at TEMPORAL_ADDRESS, so nothing goes on.',
      'Start it, or look at its log. What is due is caught up when it is back.',
    );
  const found = run.status === 'running' || old ? runFindings(id, run) : [];
  if (untold && !found.length)
    found.push({
      about: id,
      wrong: 'Something was decided about it, and it was not told.',
      since: wantedAt.toISOString(),
      next: 'The relay of any worker tells it within seconds: does a worker run, and what does its log say?',
    });
  if (overdue && dueAt)
    found.push({
      about: id,
      wrong: 'Its time has passed, and nothing was published.',
      since: dueAt.toISOString(),
      next: 'See "current details" of its run in the Web UI, and GET /v1/posts/{id}/history; does a worker run?',
    });
  return found;
}
