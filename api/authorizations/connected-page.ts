import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Authorizations } from '../../db/tenant/schema.ts';
import { escapeHtml, showPage } from '../http/page.ts';
import { page, route } from '../http/route.ts';
import { sessionOf } from './returned.ts';

const LOOK_AGAIN_SECONDS = 2;

/** Where the browser ends after Meta: what happens now, and what the person does next. */
export const connectedPage = route(
  {
    method: 'get',
    path: '/connected',
    summary: 'What happens after the login at Meta',
    role: 'optional',
    query: z.object({ authorization: z.string().optional().catch(undefined) }),
    answers: { 200: page, 401: page, 404: page },
  },
  async ({ parts, caller, query }) => {
    const own = sessionOf(caller);
    if (!own) return showPage(401, plain('Log in to see how it went.'));
    const id = z.uuid().safeParse(query.authorization);
    const attempt = id.success
      ? await parts.tenants.use(own.tenant, (db) =>
          db
            .selectFrom('authorizations')
            .select(['status', 'reason', 'connection'])
            .where('id', '=', id.data)
            .executeTakeFirst(),
        )
      : undefined;
    if (!attempt) return showPage(404, plain('There is no such attempt to connect.'));
    const underWay = attempt.status === 'returned' || attempt.status === 'exchanging';
    return showPage(200, { ...plain(words(attempt)), ...(underWay && { refreshSeconds: LOOK_AGAIN_SECONDS }) });
  },
);

type Attempt = Pick<Selectable<Authorizations>, 'status' | 'reason' | 'connection'>;

function words({ status, reason, connection }: Attempt): string {
  switch (status) {
    case 'waiting':
      return 'Facebook has not sent you back yet. Finish there, then come back.';
    case 'returned':
    case 'exchanging':
      return 'Facebook has answered. Your Pages and Instagram accounts are being looked up; this page follows by itself.';
    case 'done':
      return `Logged in at Facebook. Next: choose which Pages and Instagram accounts to use, with GET /v1/connections/${connection} and PUT /v1/connections/${connection}/accounts. What you do not choose is forgotten.`;
    case 'expired':
      return reason ?? 'This attempt took longer than 15 minutes. Begin again.';
    case 'denied':
    case 'failed':
      return reason ?? 'It did not work; nothing was connected. Begin again.';
  }
}

const plain = (text: string) => ({ title: 'Connecting', body: `<h1>Connecting</h1><p>${escapeHtml(text)}</p>` });
