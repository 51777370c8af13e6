import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { readCalls } from '../../db/tenant/ledger/read-calls.ts';
import { publishId } from '../../workflows/ids.ts';
import { type Command, exits } from './command.ts';
import { type FoundTarget, findTargets } from './find-target.ts';
import { ago, told } from './finding.ts';
import { heldWords } from './held.ts';
import type { Ops } from './open.ts';
import { runFindings } from './run-findings.ts';
import { runOf } from './run-of-workflow.ts';
import { runWords } from './run-words.ts';

/** What happened to a post, call by call, and what its workflow waits for. */
export const explainPost: Command = {
  usage: 'posts explain ID',
  summary: 'What happened to a post or a target, call by call, and what it waits for',
  async run(ops, { words: [id = ''] }) {
    const explained = [];
    for (const target of await findTargets(ops, id)) explained.push(await explain(ops, target));
    const findings = explained.flatMap((one) => one.findings);
    return {
      exit: findings.length ? exits.needsAttention : exits.fine,
      json: { ok: true, targets: explained, findings },
      lines: [...explained.flatMap(linesOf), ...findings.flatMap(told)],
    };
  },
};

async function explain({ control, temporal, tenants }: Ops, target: FoundTarget) {
  const workflow = publishId(target.tenant, target.target);
  const [entry, run] = [await readEntry(control, workflow), await runOf(temporal, workflow)];
  const calls = await tenants.use(target.tenant, (db) => readCalls(db, target.target));
  const claimedAt = entry?.claimedAt?.toISOString();
  return {
    ...target,
    steps: calls.map(({ at, words, diagnostic }) => ({ at: at.toISOString(), words, diagnostic })),
    workflow: { id: workflow, ...run, ...(entry && { wanted: entry.wanted, told: entry.sent, claimedAt }) },
    // Without an entry nothing should run any more.
    findings: entry ? runFindings(target.target, run) : [],
  };
}

function linesOf(explained: Awaited<ReturnType<typeof explain>>): string[] {
  const { target, state, since, reason, dueAt, steps, workflow } = explained;
  return [
    `${target} is ${state} since ${since} (${ago(since)})${dueAt ? `, due ${dueAt}` : ''}.`,
    ...(reason ? [reason] : []),
    ...steps.map(
      ({ at, words, diagnostic }) => `  ${at}  ${words}${diagnostic ? ` ${JSON.stringify(diagnostic)}` : ''}`,
    ),
    ...(steps.length ? [] : ['  Nothing was asked of Meta for it yet.']),
    runWords(workflow),
    ...asks(explained),
  ];
}

/** What is to be done about a post with which nothing goes on by itself. */
function asks({ target, state, heldFor, choices }: FoundTarget): string[] {
  const next = state === 'held' ? [`Next: ${heldWords(heldFor).next}`] : [];
  const answer = `with POST /v1/targets/${target}/resolve and {"choice": "${choices[0]}"}`;
  return choices.length ? [...next, `A member may choose ${choices.join(' or ')}, ${answer}.`] : next;
}
