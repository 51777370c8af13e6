import { readTarget } from '../../db/tenant/targets/read-target.ts';
import { passing } from '../failures.ts';
import { pageToken } from './page-token.ts';
import type { PublishParts, TargetRef } from './parts.ts';

/** Reads the address of a published post. That it cannot be read never undoes that it is published. */
export const readPermalink =
  (parts: PublishParts) =>
  async ({ tenant, target }: TargetRef): Promise<'read' | 'none'> => {
    const found = await parts.tenants.use(tenant, async (db) => {
      const row = await readTarget(db, target);
      if (!row?.metaId || row.permalink) return undefined;
      const credential = await pageToken(parts, db, { tenant, account: row.account });
      return { metaId: row.metaId, token: credential?.token };
    });
    if (!found?.token) return 'none';
    const answer = await parts.graph.call<{ permalink_url?: unknown }>({
      method: 'GET',
      path: `/${found.metaId}`,
      token: found.token,
      fields: ['permalink_url'],
    });
    const permalink = answer.ok ? answer.data.permalink_url : undefined;
    if (typeof permalink !== 'string') throw passing('Meta does not tell the address yet');
    await parts.tenants.use(tenant, (db) =>
      db.updateTable('targets').set({ permalink }).where('id', '=', target).execute(),
    );
    return 'read';
  };
