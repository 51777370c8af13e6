import { v7 } from 'uuid';
import type { ControlDb } from '../../db/control/connect.ts';
import { hashPassword } from '../../db/people/password.ts';
import { type Provision, provisionTenant } from '../../db/tenant/provision.ts';

const name = 'Demo';
const email = 'demo@quixess.local';
const password = 'demo-quixess-social';

/** A tenant and its owner to try the product with, on a machine of one's own. Made once; a second call finds them. */
export async function makeDemo(control: ControlDb, provision: Omit<Provision, 'name'>): Promise<{ tenant: string }> {
  const existing = await control
    .selectFrom('tenants')
    .select('id')
    .where('name', '=', name)
    .where('state', '=', 'active')
    .executeTakeFirst();
  const tenant = existing?.id ?? (await provisionTenant({ ...provision, name })).tenant;
  await control
    .insertInto('people')
    .values({ id: v7(), email, name: 'Demo Member', password_hash: await hashPassword(password) })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .execute();
  const { id: person } = await control
    .selectFrom('people')
    .select('id')
    .where('email', '=', email)
    .executeTakeFirstOrThrow();
  await control
    .insertInto('memberships')
    .values({ person, tenant, role: 'owner' })
    .onConflict((conflict) => conflict.columns(['person', 'tenant']).doNothing())
    .execute();
  return { tenant };
}
