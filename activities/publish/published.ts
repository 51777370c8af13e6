import type { Kind } from '../../meta/kinds.ts';
import type { Platform } from '../../meta/permission.ts';
import type { UsedCredential } from '../connection/judge-credential.ts';
import { readContent } from './content.ts';
import type { Form, Published, Publisher } from './forms/form.ts';
import { publisherOf } from './forms/publishers.ts';
import { pageToken } from './page-token.ts';
import type { PublishParts, TargetRef } from './parts.ts';

export interface PublishedTarget extends Omit<Published, 'graph'> {
  publisher: Publisher;
  credential: UsedCredential;
}

/** Files may be deleted here once a post is out. What is done to it at Meta from then on is the same whatever they were. */
const withoutFiles: Readonly<Record<Platform, Readonly<Record<Kind, Form>>>> = {
  facebook: { feed: 'page-post', reel: 'page-reel', story: 'page-photo-story' },
  instagram: { feed: 'instagram-image', reel: 'instagram-reel', story: 'instagram-story' },
};

/** In which it is live, as far as is known. */
const states: readonly string[] = ['published', 'deleting'];

/** @returns undefined where it is not published, nobody knows as what, or nothing is left to ask Meta with */
export function readPublished(
  parts: Pick<PublishParts, 'tenants' | 'vault'>,
  { tenant, target }: TargetRef,
): Promise<PublishedTarget | undefined> {
  return parts.tenants.use(tenant, async (db) => {
    const content = await readContent(db, target);
    if (!content?.row.metaId || !states.includes(content.row.state)) return undefined;
    const { account, metaId, platform, kind } = content.row;
    const publisher = publisherOf(content.form ?? withoutFiles[platform][kind]);
    if (!publisher) return undefined;
    const credential = await pageToken(parts, db, { tenant, account });
    return credential && { publisher, content, metaId, token: credential.token, credential };
  });
}
