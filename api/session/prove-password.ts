import { hashPassword } from '../../db/people/password.ts';
import { type Refusal, refuse } from '../http/problem.ts';
import type { Parts } from '../parts.ts';
import { checkPassword, passwordChecks } from './check-password.ts';
import { TurnedAway } from './turnstile.ts';

interface Claim {
  email: string;
  password: string;
  /** Where it came from. */
  address: string;
}

/** Whose password this is, if it is; guesses are counted, and too many of them wait. The one door by which passwords are tried. */
export async function provePassword(
  { control, throttle }: Parts,
  { email: typed, password, address }: Claim,
): Promise<{ person: string } | Refusal> {
  const email = typed.toLowerCase();
  const waitMs = await throttle.attempt(email, address);
  if (waitMs > 0) return tooMany(waitMs);
  const person = await checkPassword(control, email, password).catch(async (unchecked) => {
    await throttle.takeBack(email, address);
    if (unchecked instanceof TurnedAway) return unchecked;
    throw unchecked;
  });
  if (person instanceof TurnedAway) return tooBusy();
  if (!person) return refuse('wrong-credentials', 'The e-mail address and the password do not belong together.');
  await throttle.succeeded(email, address);
  return { person };
}

/** What to keep of a new password. */
export async function hashNew(password: string): Promise<{ hash: string } | Refusal> {
  try {
    return { hash: await passwordChecks.pass(() => hashPassword(password)) };
  } catch (unchecked) {
    if (unchecked instanceof TurnedAway) return tooBusy();
    throw unchecked;
  }
}

const tooBusy = (): Refusal =>
  refuse('unavailable', 'Too many logins wait to be looked at. Try again in a moment.', {
    headers: { 'retry-after': '5' },
  });

function tooMany(waitMs: number): Refusal {
  const seconds = Math.ceil(waitMs / 1_000);
  return refuse('too-many-attempts', `Too many wrong passwords. Try again in ${Math.ceil(seconds / 60)} minutes.`, {
    headers: { 'retry-after': String(seconds) },
  });
}
