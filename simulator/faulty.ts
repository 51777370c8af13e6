import { setTimeout as sleep } from 'node:timers/promises';
import { GraphError, tokenDead } from './errors.ts';
import { type Fault, type Target, takeFault } from './faults.ts';
import type { Mishap } from './graph/call.ts';
import { instagramRefusal } from './graph/instagram/refusals.ts';
import { noteCall } from './state/calls.ts';
import { killToken } from './state/tokens.ts';
import type { World } from './world.ts';

/** How a call ends: with an answer, or with none at all. */
export type Outcome = { answer: unknown } | 'no-answer';

const DEFAULT_DELAY_MS = 1_000;
const DEFAULT_REGAIN_MINUTES = 5;
const UNKNOWN_UPLOAD_ERROR = 2_207_053;

/** A rate limit, with what the usage headers say. */
export class RateLimited extends GraphError {
  readonly regainMinutes: number;

  constructor(code: number, regainMinutes: number) {
    super(code, `(#${code}) Application request limit reached`, { transient: true });
    this.regainMinutes = regainMinutes;
  }
}

/** Does a call the way a waiting fault wants it, or as it should be. */
export async function perform(
  world: World,
  target: Target,
  token: string | undefined,
  run: (fault?: Fault, mishap?: Mishap) => unknown,
): Promise<Outcome> {
  noteCall(world.db, target.call);
  const fault = takeFault(world.db, target);
  if (!fault) return { answer: await run() };
  world.log.warn({ call: target.call, fault: fault.then }, 'a fault hits');
  switch (fault.then) {
    case 'resetBefore':
      return 'no-answer';
    case 'refuse':
      throw refusal(fault, 400);
    case 'rateLimited':
      throw new RateLimited(fault.code ?? 4, fault.regainMinutes ?? DEFAULT_REGAIN_MINUTES);
    case 'tokenDead':
      if (token !== undefined && !fault.onlyThisAnswer) killToken(world.db, token, fault.subcode ?? 460);
      throw tokenDead(fault.subcode ?? 460);
    case 'dropAnswer':
      await run();
      return 'no-answer';
    case 'errorButDone':
      await run();
      throw refusal(fault, 500);
    case 'badRequestButDone':
      await run();
      throw refusal(fault, 400);
    case 'emptyAnswer':
      if (fault.done !== false) await run();
      return { answer: {} };
    case 'noSuccess':
      return { answer: { success: false } };
    case 'slow':
      return slowly(fault, run);
    case 'mediaNotReady':
      throw instagramRefusal(2207027);
    case 'resetMidUpload':
      if (target.isStream) await run(fault);
      return 'no-answer';
    case 'processingError':
      return { answer: await run(fault, { errorSubcode: fault.subcode ?? UNKNOWN_UPLOAD_ERROR }) };
    case 'slowProcessing':
      return { answer: await run(fault, { delayMs: fault.delayMs ?? DEFAULT_DELAY_MS }) };
  }
}

async function slowly({ delayMs = DEFAULT_DELAY_MS, doneAt = 'end' }: Fault, run: () => unknown): Promise<Outcome> {
  if (doneAt === 'end') {
    await sleep(delayMs);
    return { answer: await run() };
  }
  const answer = await run();
  await sleep(delayMs);
  return { answer };
}

function refusal({ code = 1, subcode, status, message, transient }: Fault, usualStatus: number): GraphError {
  return new GraphError(code, message ?? 'An unknown error has occurred.', {
    status: status ?? usualStatus,
    ...(subcode !== undefined && { subcode }),
    ...(transient !== undefined && { transient }),
  });
}
