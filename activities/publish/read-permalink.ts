import { passing } from '../failures.ts';
import type { PublishParts, TargetRef } from './parts.ts';
import { readPublished } from './published.ts';

/** Reads the address of a published post. That it cannot be read never undoes that it is published. */
export const readPermalink =
  (parts: PublishParts) =>
  async (ref: TargetRef): Promise<'read' | 'none'> => {
    const found = await readPublished(parts, ref);
    if (!found || found.content.row.permalink) return 'none';
    const { publisher, ...at } = found;
    const answer = await publisher.permalink({ graph: parts.graph, ...at });
    const permalink = answer.ok ? answer.data : undefined;
    if (!permalink) throw passing('Meta does not tell the address yet');
    await parts.tenants.use(ref.tenant, (db) =>
      db.updateTable('targets').set({ permalink }).where('id', '=', ref.target).execute(),
    );
    return 'read';
  };
