import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { noteRead, type Seen } from '../../db/tenant/ledger/witness-reads.ts';
import { record } from '../../db/tenant/targets/record.ts';
import { judgeCredential, type UsedCredential } from '../connection/judge-credential.ts';
import type { GraphAnswer } from '../graph/client.ts';
import { diagnosticOf } from './failing.ts';
import type { PublishParts, TargetRef } from './parts.ts';

/** A claimed commit: what it makes public, and with what Meta is asked about it. */
export interface Sought {
  claimedBy: string;
  draft: string;
  account: string;
  credential: UsedCredential | undefined;
}

export interface Look {
  seen: Seen;
  permalink?: string;
}

/** Looks at Meta whether the post is live, and notes what was seen. */
export async function look(
  parts: PublishParts,
  { tenant }: TargetRef,
  { claimedBy, draft, account, credential }: Sought,
): Promise<Look> {
  const fields = ['is_published', 'permalink_url'] as const;
  const answer = credential
    ? await parts.graph.call<Post>({ method: 'GET', path: `/${draft}`, token: credential.token, fields })
    : undefined;
  const seen = whatWasSeen(answer);
  const diagnostic = answer && !answer.ok ? diagnosticOf(answer.failure) : undefined;
  await parts.tenants.use(tenant, (db) => noteRead(db, claimedBy, seen, diagnostic));
  // The next look is made with a login that lives, where there is one.
  if (credential && answer && !answer.ok && answer.failure.reaction === 'reauthorize')
    await judgeCredential(parts, { tenant, account }, credential, answer.failure);
  const permalink = answer?.ok ? answer.data.permalink_url : undefined;
  return typeof permalink === 'string' ? { seen, permalink } : { seen };
}

interface Post {
  is_published?: unknown;
  permalink_url?: unknown;
}

function whatWasSeen(answer: GraphAnswer<Post> | undefined): Seen {
  if (!answer) return 'no-answer';
  if (!answer.ok) return answer.failure.code === 100 && answer.failure.subcode === 33 ? 'gone' : 'no-answer';
  if (answer.data.is_published === true) return 'live';
  return answer.data.is_published === false ? 'not-live' : 'no-answer';
}

/** Writes down that the post was seen live. */
export async function seenLive(
  { tenants }: Pick<PublishParts, 'tenants'>,
  { tenant, target }: TargetRef,
  { claimedBy, draft }: Sought,
  { permalink, publishedAt }: { permalink: string | undefined; publishedAt: Date },
): Promise<'published'> {
  await tenants.use(tenant, async (db) => {
    await closeEntry(db, claimedBy, { status: 'done', metaId: draft });
    const found = { state: 'published', metaId: draft, publishedAt } as const;
    await record(db, target, permalink === undefined ? found : { ...found, permalink });
  });
  return 'published';
}
