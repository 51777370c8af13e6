import { attention } from './attention.ts';
import { type Command, exits } from './command.ts';
import { eachTenant } from './each-tenant.ts';
import { ago, told } from './finding.ts';
import { type ConnectionFacts, readConnections, shown } from './read-connections.ts';
import { table } from './table.ts';

/** Every connection with its state, since when, and the health of its credentials. */
export const connections: Command = {
  usage: 'connections [TENANT]',
  summary: 'Connections with their state and since when, of all tenants or of one',
  async run(ops, { words: [only] }) {
    const gathered = await eachTenant(ops, only, readConnections);
    const findings = [...gathered.findings, ...gathered.items.flatMap((connection) => attention(connection))];
    return {
      exit: findings.length ? exits.needsAttention : exits.fine,
      json: { ok: true, connections: gathered.items.map(shown), findings },
      lines: [
        ...table(
          ['CONNECTION', 'TENANT', 'STATE', 'SINCE', '', 'LOGIN', 'PAGES'],
          gathered.items.map((connection) => [
            connection.id,
            connection.tenant,
            connection.state,
            connection.since,
            ago(connection.since),
            login(connection),
            pages(connection),
          ]),
        ),
        ...findings.flatMap(told),
      ],
    };
  },
};

const login = ({ credentials }: ConnectionFacts) => credentials.find(({ kind }) => kind === 'user')?.health ?? 'none';

function pages({ credentials }: ConnectionFacts): string {
  const all = credentials.filter(({ kind }) => kind === 'page');
  const alive = all.filter(({ health }) => health === 'alive').length;
  return all.length === alive ? `${alive} alive` : `${alive} of ${all.length} alive`;
}
