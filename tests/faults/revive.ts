import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.ts';
import { endsLogin } from './graph-faults.ts';
import { ends } from './judge.ts';
import type { Slot } from './pages.ts';
import type { Stage } from './play.ts';

const lookEveryMs = 400;
/** Where nothing waits for a login nobody may notice soon that it is dead. */
const noticedWithinMs = 5_000;

/**
 * Waits until the login of a Page has died in the middle of its post, has somebody log in again, and answers what is asked then.
 * @returns whether it died; a post may end without the call that was to find it dead
 */
export async function revive(
  { place, rows, resolvedWithinMs }: Pick<Stage, 'place' | 'rows' | 'resolvedWithinMs'>,
  { page, login, facebook, instagram }: Slot,
  target: string,
  over: AbortSignal,
): Promise<boolean> {
  const { simulator, member } = place.stack;
  // A server that is being restarted for another post tells nothing.
  const until = async (look: () => Promise<boolean>, withinMs: number) => {
    const end = performance.now() + withinMs;
    while (!over.aborted && performance.now() < end) {
      if (await look().catch(() => false)) return;
      await sleep(lookEveryMs);
    }
  };
  const standing = () => rows.standing(target);
  const isDead = () => rows.hasDeadLogin([facebook.id, instagram.id]);
  const hasDied = async () => (await simulator.faults(page)).some((fault) => endsLogin(fault) && fault.hits > 0);
  const hasEnded = async () => ends.has((await standing()).state);

  await until(async () => (await hasDied()) || (await hasEnded()), resolvedWithinMs);
  // It may have died at the end of an earlier attempt at the same run.
  const isHeld = async () => (await standing()).heldFor === 'authorization';
  if (!(await hasDied()) && !(await isHeld().catch(() => false))) return false;
  await until(async () => (await isDead()) || (await hasEnded()), noticedWithinMs);
  await login.again();
  // It may be noticed only now. Its time may be over then, which somebody is asked about.
  await until(async () => {
    const { state, heldFor } = await standing();
    if (heldFor === 'overdue') await ask(member, 'POST', `/v1/targets/${target}/resolve`, { choice: 'retry' });
    else if (ends.has(state) && (await isDead())) await login.again();
    else return ends.has(state) && heldFor !== 'authorization';
    return false;
  }, resolvedWithinMs);
  return true;
}
