import { sql } from 'kysely';
import { v7 } from 'uuid';
import type { ControlDb } from '../../db/control/connect.ts';
import { hashPassword } from '../../db/people/password.ts';
import { type Provision, provisionTenant } from '../../db/tenant/provision.ts';

const name = 'Demo';
const email = 'demo@quixess.local';
const password = 'demo-quixess-social';

/** A tenant and its owner to try the product with, on a machine of one's own. Made once; a second call finds them. */
export async function makeDemo(control: ControlDb, provision: Omit<Provision, 'name'>): Promise<{ tenant: string }> {
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
  const tenant = (await findTenant(control, person)) ?? (await provisionTenant({ ...provision, name })).tenant;
  await control
    .insertInto('memberships')
    .values({ person, tenant, role: 'owner' })
    .onConflict((conflict) => conflict.columns(['person', 'tenant']).doNothing())
    .execute();
  return { tenant };
}

/** A tenant of that name with other members only is somebody's own, and everybody knows the password of the demo. */
async function findTenant(control: ControlDb, person: string): Promise<string | undefined> {
  const members = control
    .selectFrom('memberships as m')
    .select('m.person')
    .where('m.tenant', '=', sql.ref<string>('t.id'));
  const found = await control
    .selectFrom('tenants as t')
    .select('t.id')
    .where('t.name', '=', name)
    .where('t.state', '=', 'active')
    .where(({ or, not, exists }) => or([exists(members.where('m.person', '=', person)), not(exists(members))]))
    .executeTakeFirst();
  return found?.id;
}
