/**
 * What a call is for: the more a person or an instant waits for it, the nearer to a limit it still goes out. `publish` is also what a new login
 * needs before anything can be published with it.
 */
export type CallClass = 'publish' | 'reply' | 'token' | 'sync';

/** From this percentage of a limit on a class waits. Publishing stops only when Meta itself says so. */
export const waitsFromPercent: Record<CallClass, number> = {
  publish: Number.POSITIVE_INFINITY,
  reply: 95,
  token: 85,
  sync: 75,
};

/** Below it nobody waits, so that nothing is worth being told to other workers. */
export const nearPercent = Math.min(...Object.values(waitsFromPercent));
