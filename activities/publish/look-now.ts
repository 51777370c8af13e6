import { readLedger } from '../../db/tenant/ledger/read.ts';
import { readContent } from './content.ts';
import type { Look } from './forms/form.ts';
import { publisherOf } from './forms/publishers.ts';
import { pageToken } from './page-token.ts';
import type { PublishParts, TargetRef } from './parts.ts';

/** `never-called`: nothing was ever prepared that could be live. `cannot-ask`: no login is left to ask Meta with. */
type LookNow = { seen: Look['seen']; permalink?: string } | { seen: 'never-called' | 'cannot-ask' };

/** Looks at Meta whether a target is live, for an operator: changes nothing, neither here nor there. */
export async function lookNow(
  parts: Pick<PublishParts, 'tenants' | 'vault' | 'graph'>,
  { tenant, target }: TargetRef,
): Promise<LookNow> {
  const found = await parts.tenants.use(tenant, async (db) => {
    const content = await readContent(db, target);
    const publisher = publisherOf(content?.form);
    if (!content || !publisher) return undefined;
    const ledger = await readLedger(db, target);
    const commit = ledger.findLast(({ step, metaId }) => step === 'commit' && metaId !== null);
    const credential = await pageToken(parts, db, { tenant, account: content.row.account });
    return { content, publisher, commit, credential };
  });
  if (!found?.commit?.metaId) return { seen: 'never-called' };
  const { content, publisher, commit, credential } = found;
  if (!credential) return { seen: 'cannot-ask' };
  const calling = { graph: parts.graph, token: credential.token, content };
  return publisher.look({ ...calling, subject: commit.metaId ?? '', committedAt: commit.openedAt });
}
