import { type Command, exits } from './command.ts';
import { type Finding, told } from './finding.ts';
import { table } from './table.ts';

const beingMadeAtMostMs = 10 * 60_000;

/** Every tenant with its state and where its database is. */
export const tenants: Command = {
  usage: 'tenants',
  summary: 'Every tenant, its state, and where its database is',
  async run({ control }) {
    const rows = await control
      .selectFrom('tenants')
      .select(['id', 'name', 'state', 'cluster', 'database', 'created_at'])
      .orderBy('id')
      .execute();
    const found = rows.map(({ created_at, ...row }) => ({ ...row, createdAt: created_at.toISOString() }));
    const findings = found.flatMap(unfinished);
    return {
      exit: findings.length ? exits.needsAttention : exits.fine,
      json: { ok: true, tenants: found, findings },
      lines: [
        ...table(
          ['TENANT', 'STATE', 'CLUSTER', 'SINCE', 'NAME'],
          found.map(({ id, state, cluster, createdAt, name }) => [id, state, cluster, createdAt, name]),
        ),
        ...findings.flatMap(told),
      ],
    };
  },
};

function unfinished({ id, state, createdAt }: { id: string; state: string; createdAt: string }): Finding[] {
  if (state !== 'provisioning' || Date.now() - Date.parse(createdAt) < beingMadeAtMostMs) return [];
  return [
    {
      about: id,
      wrong: 'Its making was interrupted: nobody can use it.',
      since: createdAt,
      next: 'Run the setup again, which takes it up: node deploy/setup.ts',
    },
  ];
}
