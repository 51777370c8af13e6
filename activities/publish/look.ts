import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { noteRead } from '../../db/tenant/ledger/witness-reads.ts';
import { record } from '../../db/tenant/targets/record.ts';
import { unbound } from '../../db/tenant/targets/unbound.ts';
import type { UsedCredential } from '../connection/judge-credential.ts';
import type { Content } from './content.ts';
import { diagnosticOf } from './failing.ts';
import type { Look, Publisher } from './forms/form.ts';
import type { PublishParts, TargetRef } from './parts.ts';
import { verdictOn } from './verdict-on.ts';

/** A claimed commit: what it makes public, and with what Meta is asked about it. */
export interface Sought {
  publisher: Publisher;
  content: Content;
  claimedBy: string;
  subject: string;
  /** When the call may have been made at the earliest. */
  committedAt: Date;
  credential: UsedCredential | undefined;
}

/** Looks at Meta whether the post is live, and notes what was seen. */
export async function look(parts: PublishParts, { tenant }: TargetRef, sought: Sought): Promise<Look> {
  const { publisher, content, claimedBy, subject, committedAt, credential } = sought;
  const askedAtMs = performance.now();
  const seen: Look = credential
    ? await publisher.look({ graph: parts.graph, token: credential.token, content, subject, committedAt })
    : { seen: 'no-answer' };
  const failure = 'failure' in seen ? seen.failure : undefined;
  const read = { ledger: claimedBy, seen: seen.seen, diagnostic: failure && diagnosticOf(failure) };
  await parts.tenants.use(tenant, (db) => noteRead(db, { ...read, ageMs: performance.now() - askedAtMs }));
  // The next look is made with a login that lives, where there is one.
  if (credential && failure?.reaction === 'reauthorize')
    await verdictOn(parts, { tenant, account: content.row.account }, credential, failure);
  return seen;
}

/** Why it is not published though the call was taken. */
export const atWork = 'Facebook has taken it and is processing it. It can be seen as soon as that is done.';

/** Writes down that the post was seen live. */
export async function seenLive(
  { tenants }: Pick<PublishParts, 'tenants'>,
  { tenant, target }: TargetRef,
  { claimedBy, subject }: Pick<Sought, 'claimedBy' | 'subject'>,
  found: { metaId?: string; permalink?: string },
  publishedAt: Date,
): Promise<'published'> {
  const { metaId, permalink } = found;
  await tenants.use(tenant, async (db) => {
    await closeEntry(db, claimedBy, { status: 'done', metaId: subject });
    await record(db, target, {
      state: 'published',
      publishedAt,
      ...(metaId ? { metaId } : { reason: unbound }),
      ...(permalink ? { permalink } : {}),
    });
  });
  return 'published';
}
