import { sql } from 'kysely';
import type { ControlDb } from '../../db/control/connect.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { passing } from '../failures.ts';
import type { ConnectionParts, ConnectionRef } from './parts.ts';

const subject = 'Quixess Social: something needs you';

/**
 * Mails what needs somebody to the owners of the tenant. Each notice is marked before it is handed over and goes out once at most: where the
 * answer of the mail server is lost it is not sent again, since it stands in the list of notices in any case.
 * @throws ApplicationFailure, retryable, when the mail server does not take one
 */
export const mailNotices =
  ({ tenants, control, mailer }: Pick<ConnectionParts, 'tenants' | 'control' | 'mailer'>) =>
  async ({ tenant }: ConnectionRef): Promise<void> => {
    if (!mailer) return;
    const to = await owners(control, tenant);
    for (;;) {
      const notice = await tenants.use(tenant, claim);
      if (!notice) return;
      if (!to.length) continue;
      const text = [notice.words, notice.remedy ?? '', 'It stands among the notices until somebody dismisses it.'];
      const sent = await mailer.send({ to, subject, text: text.filter(Boolean).join('\n\n') });
      if (sent !== 'not-sent') continue;
      await tenants.use(tenant, (db) => release(db, notice.id));
      throw passing('The mail server did not take a notice');
    }
  };

async function owners(control: ControlDb, tenant: string): Promise<string[]> {
  const rows = await control
    .selectFrom('memberships as m')
    .innerJoin('people as p', 'p.id', 'm.person')
    .select('p.email')
    .where('m.tenant', '=', tenant)
    .where('m.role', '=', 'owner')
    .orderBy('p.email')
    .execute();
  return rows.map(({ email }) => email);
}

/** What was never mailed and is still news: whoever sets up mail later is not flooded with what is long known. */
export const unmailed = sql<boolean>`mailed_at is null and dismissed_at is null
  and created_at > clock_timestamp() - interval '2 days'`;

const claim = (db: TenantDb) =>
  db
    .updateTable('notices')
    .set({ mailed_at: sql`clock_timestamp()` })
    .where('id', '=', (eb) =>
      eb.selectFrom('notices').select('id').where(unmailed).orderBy('created_at').limit(1).forUpdate().skipLocked(),
    )
    .returning(['id', 'words', 'remedy'])
    .executeTakeFirst();

const release = (db: TenantDb, id: string) =>
  db.updateTable('notices').set({ mailed_at: null }).where('id', '=', id).execute();
