import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { connectionId } from '../../workflows/ids.ts';
import { attention } from './attention.ts';
import { type Command, exits } from './command.ts';
import { findConnection } from './find-connection.ts';
import { ago, type Finding, told } from './finding.ts';
import { shown } from './read-connections.ts';
import { runFindings } from './run-findings.ts';
import { type Run, runOf } from './run-of-workflow.ts';
import { runWords } from './run-words.ts';

/** Why a connection is as it is: what its rows say, what its workflow waits for, and what there is to do. */
export const why: Command = {
  usage: 'connection why ID',
  summary: 'Why it is in its state, what it waits for, and what to do',
  async run(ops, { words: [id = ''] }) {
    const connection = await findConnection(ops, id);
    const workflow = connectionId(connection.tenant, id);
    const [entry, run] = [await readEntry(ops.control, workflow), await runOf(ops.temporal, workflow)];
    const findings = [...attention(connection), ...runFindings(id, run), ...unanswered(id, run)];
    return {
      exit: findings.length ? exits.needsAttention : exits.fine,
      json: {
        ok: true,
        connection: shown(connection),
        workflow: { id: workflow, ...run, ...(entry && { wanted: entry.wanted, told: entry.sent }) },
        findings,
      },
      lines: [
        `It is ${connection.state} since ${connection.since} (${ago(connection.since)}).`,
        ...(connection.reason ? [connection.reason] : []),
        runWords(run),
        ...connection.credentials.map(
          ({ kind, account, health, since }) =>
            `${kind} token${account ? ` of ${account}` : ''}: ${health} since ${since}`,
        ),
        ...findings.flatMap(told),
        ...(findings.length ? [] : ['Nothing is wrong with it. What Meta says: npm run ops -- connection diagnose ID']),
      ],
    };
  },
};

function unanswered(about: string, { status, waiting }: Run): Finding[] {
  if (status !== 'running' || waiting) return [];
  return [
    {
      about,
      wrong: 'No worker answers for it.',
      next: 'Does a worker run, and what does its log say? GET /readyz of the worker (port 4001).',
    },
  ];
}
