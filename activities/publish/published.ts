import { readContent } from './content.ts';
import type { Published, Publisher } from './forms/form.ts';
import { publisherOf } from './forms/publishers.ts';
import { pageToken } from './page-token.ts';
import type { PublishParts, TargetRef } from './parts.ts';

export interface PublishedTarget extends Omit<Published, 'graph'> {
  publisher: Publisher;
}

/** In which it is live, as far as is known. */
const states: readonly string[] = ['published', 'deleting'];

/** @returns undefined where it is not published, nobody knows as what, or nothing is left to ask Meta with */
export function readPublished(
  parts: Pick<PublishParts, 'tenants' | 'vault'>,
  { tenant, target }: TargetRef,
): Promise<PublishedTarget | undefined> {
  return parts.tenants.use(tenant, async (db) => {
    const content = await readContent(db, target);
    const publisher = publisherOf(content?.form);
    if (!content?.row.metaId || !states.includes(content.row.state) || !publisher) return undefined;
    const { account, metaId } = content.row;
    const credential = await pageToken(parts, db, { tenant, account });
    return credential && { publisher, content, metaId, token: credential.token };
  });
}
