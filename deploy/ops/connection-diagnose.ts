import { type Command, exits } from './command.ts';
import { findConnection } from './find-connection.ts';
import { type Finding, told } from './finding.ts';
import type { Ops } from './open.ts';
import type { ConnectionFacts, CredentialFacts } from './read-connections.ts';
import { type MetaSays, permissionsSay, subscriptionSays, tokenSays } from './what-meta-says.ts';

/** What Meta says of a connection at this moment. Reads, and changes nothing, neither here nor there. */
export const diagnose: Command = {
  usage: 'connection diagnose ID',
  summary: 'Ask Meta now: tokens, permissions, subscriptions; changes nothing',
  async run(ops, { words: [id = ''] }) {
    const connection = await findConnection(ops, id);
    const answers: MetaSays[] = [];
    for (const credential of connection.credentials) answers.push(...(await ask(ops, connection, credential)));
    const findings = answers.flatMap((answer) => finding(id, connection, answer));
    return {
      exit: findings.length ? exits.needsAttention : exits.fine,
      json: { ok: true, connection: id, tenant: connection.tenant, state: connection.state, answers, findings },
      lines: [
        `It is ${connection.state} here since ${connection.since}. Meta says now:`,
        ...answers.map(({ about, question, answer, words }) => `  ${about}, ${question}: ${answer}. ${words}`),
        ...(answers.length ? [] : ['  nothing: it has no credential to ask with.']),
        ...findings.flatMap(told),
      ],
    };
  },
};

async function ask({ vault, graph, tenants }: Ops, { tenant }: ConnectionFacts, credential: CredentialFacts) {
  const about = credential.account ? `account ${credential.account}` : 'login';
  if (!credential.sealed)
    return [
      { about, question: 'token', answer: 'no', words: 'It was discarded; there is nothing to ask with.' } as const,
    ];
  const context = { tenant, table: 'credentials', row: credential.id, column: 'token_sealed' };
  const token = await vault.open(context, credential.sealed);
  const first = await tokenSays(graph, about, token);
  if (first.answer !== 'yes') return [first];
  if (!credential.account) return [first, await permissionsSay(graph, about, token)];
  const account = credential.account;
  const row = await tenants.use(tenant, (db) =>
    db.selectFrom('accounts').select('page_meta_id').where('id', '=', account).executeTakeFirst(),
  );
  return row ? [first, await subscriptionSays(graph, about, row.page_meta_id, token)] : [first];
}

function finding(
  id: string,
  { credentials }: ConnectionFacts,
  { about, question, answer, words }: MetaSays,
): Finding[] {
  if (answer === 'yes') return [];
  const subject = `${id}, ${about}`;
  if (answer === 'Meta does not say')
    return [
      { about: subject, wrong: `${question}: ${words}`, next: 'Ask again in a few minutes; nothing was changed.' },
    ];
  const credential = credentials.find(({ account }) => about === (account ? `account ${account}` : 'login'));
  const known = credential?.health === 'dead';
  return [
    {
      about: subject,
      wrong: `${question}: ${words}`,
      ...(known && { since: credential.since }),
      next: known
        ? 'It is known here, and the members were told. One of them connects again.'
        : 'The connection finds out by itself with its next call. A member who connects again mends it now.',
    },
  ];
}
