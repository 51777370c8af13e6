import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { owe } from '../../db/control/audit/owe.ts';
import { type ControlDb, connectControl } from '../../db/control/connect.ts';
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
    const isNew = await control.transaction().execute(async (tx) => {
      const made = await tx
        .insertInto('people')
        .values({ id: uuidv7(), email, name: email.split('@')[0] ?? email, password_hash })
        .onConflict((conflict) => conflict.column('email').doNothing())
        .returning('id')
        .executeTakeFirst();
      await own(tx, tenant, email);
      return made !== undefined;
    });
    return isNew ? { email, password } : { email };
  } finally {
    await control.destroy();
  }
}

async function own(tx: ControlDb, tenant: string, email: string): Promise<void> {
  const { id } = await tx.selectFrom('people').select('id').where('email', '=', email).executeTakeFirstOrThrow();
  await tx
    .insertInto('memberships')
    .values({ person: id, tenant, role: 'owner' })
    .onConflict((conflict) => conflict.columns(['person', 'tenant']).doUpdateSet({ role: 'owner' }))
    .execute();
  const joined = { action: 'member.joined', subject: id, details: { role: 'owner' } };
  await owe(tx, tenant, { actor: { kind: 'operator', id: null }, ...joined });
}
