import type { Call } from './call.ts';

/** What becomes of a call for something that an earlier call has done already, where the switch has `usually`. */
export const secondCall = <Answer>(call: Call, usually: Answer): Answer =>
  (call.nuance('secondCall')?.again as Answer | undefined) ?? usually;
