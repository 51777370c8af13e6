import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { connectControl } from '../../db/control/connect.ts';
import { hashPassword } from '../../db/people/password.ts';

export interface MadeOwner {
  email: string;
  /** Of a person that was made for it; whoever was known keeps the password that they have. */
  password?: string;
}

/** Makes somebody the owner of a tenant, and the person too where there is none with this address. */
export async function makeOwner(ownerUrl: string, tenant: string, address: string): Promise<MadeOwner> {
  const control = connectControl(ownerUrl, { maxConnections: 1 });
  const email = address.toLowerCase();
  const password = randomBytes(12).toString('base64url');
  try {
    const password_hash = await hashPassword(password);
    const made = await control
      .insertInto('people')
      .values({ id: uuidv7(), email, name: email.split('@')[0] ?? email, password_hash })
      .onConflict((conflict) => conflict.column('email').doNothing())
      .executeTakeFirst();
    await control
      .insertInto('memberships')
      .columns(['person', 'tenant', 'role'])
      .expression((eb) =>
        eb
          .selectFrom('people')
          .select(['id', eb.val(tenant).as('tenant'), eb.val('owner' as const).as('role')])
          .where('email', '=', email),
      )
      .onConflict((conflict) => conflict.columns(['person', 'tenant']).doUpdateSet({ role: 'owner' }))
      .execute();
    return made.numInsertedOrUpdatedRows ? { email, password } : { email };
  } finally {
    await control.destroy();
  }
}
