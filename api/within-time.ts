import { DecisionTooSlow } from '../db/tenant/targets/decide.ts';

/** Safely below the 15 s after which the relay takes it that no transaction of a command is open any more. */
const COMMAND_MAX_MS = 9_000;
const ATTEMPTS = 2;

/** The command took so long that its transaction had to be rolled back; worth trying again. */
class CommandTooSlow extends Error {
  override readonly name = 'CommandTooSlow';
}

/**
 * Runs a command that first says in control what is wanted and then commits the tenant's rows. `stillInTime`, called last inside the
 * transaction, rolls it back when too much time has passed since the first step, and the command begins again from there. A decision on targets
 * (`decide`) looks at its time itself.
 */
export async function withinTime<T>(command: (stillInTime: () => void) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const startedMs = performance.now();
    try {
      return await command(() => {
        if (performance.now() - startedMs > COMMAND_MAX_MS) throw new CommandTooSlow();
      });
    } catch (error) {
      const tooSlow = error instanceof CommandTooSlow || error instanceof DecisionTooSlow;
      if (!tooSlow || attempt === ATTEMPTS) throw error;
    }
  }
}
