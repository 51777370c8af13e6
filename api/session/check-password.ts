import type { ControlDb } from '../../db/control/connect.ts';
import { verifyPassword } from '../../db/people/password.ts';
import { Turnstile } from './turnstile.ts';

/** Each holds one of the process's four threads, with which files are read too, and 19 MB. */
export const passwordChecks = new Turnstile({ atOnce: 2, waitingMax: 50 });

/**
 * Whose password this is. An unknown address costs the same work as a wrong password, so that the time to the answer does not tell
 * which addresses exist.
 * @returns the person's id
 * @throws TurnedAway when too many wait to be checked already
 */
export async function checkPassword(control: ControlDb, email: string, password: string): Promise<string | undefined> {
  const person = await control
    .selectFrom('people')
    .select(['id', 'password_hash'])
    .where('email', '=', email)
    .executeTakeFirst();
  const right = await passwordChecks.pass(() => verifyPassword(password, person?.password_hash));
  return right ? person?.id : undefined;
}
