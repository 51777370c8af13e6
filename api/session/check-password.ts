import type { ControlDb } from '../../db/control/connect.ts';
import { verifyPassword } from '../../db/people/password.ts';

/**
 * Whose password this is. An unknown address costs the same work as a wrong password, so that the time to the answer does not tell
 * which addresses exist.
 * @returns the person's id
 */
export async function checkPassword(control: ControlDb, email: string, password: string): Promise<string | undefined> {
  const person = await control
    .selectFrom('people')
    .select(['id', 'password_hash'])
    .where('email', '=', email)
    .executeTakeFirst();
  return (await verifyPassword(password, person?.password_hash)) ? person?.id : undefined;
}
