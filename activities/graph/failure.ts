import { type CommitMeaning, meaningOf, type Reaction } from './reactions.ts';
import { type Headers, usageIn } from './usage.ts';

export interface GraphFailure {
  /** Meta said no; or there was no answer that could be understood. */
  kind: 'refused' | 'no-answer';
  reaction: Reaction;
  /** What it says about a call that publishes. */
  commit: CommitMeaning;
  code?: number;
  subcode?: number;
  httpStatus?: number;
  traceId?: string;
  retryAfterMs?: number;
  /** Meta itself calls it passing. */
  isTransient?: true;
  /** False where the call was kept back here: Meta never saw it. */
  sent?: false;
  /** For people: never Meta's message, never a token. */
  words: string;
}

/** Time-outs, resets, bodies that are not JSON: nothing is known but that it is worth another look. */
export function noAnswer(httpStatus?: number): GraphFailure {
  return {
    kind: 'no-answer',
    reaction: 'retry',
    commit: 'unknown',
    words: 'Meta did not answer. It is tried again.',
    ...(httpStatus === undefined ? {} : { httpStatus }),
  };
}

/** The governor kept the call back, so that Meta need not: nothing was sent. */
export const keptBack = (retryAfterMs: number): GraphFailure => ({
  kind: 'refused',
  reaction: 'retry-after',
  commit: 'refused',
  sent: false,
  retryAfterMs,
  words: 'So much was asked of Meta in the last hours that this waits a little. It goes on by itself.',
});

/** What was not granted is not asked: Meta's answer would be the same. */
export const notGranted: GraphFailure = {
  kind: 'refused',
  reaction: 'degrade',
  commit: 'refused',
  sent: false,
  words: 'The permission for this was not granted. Connect again with every permission ticked.',
};

/** A later try may succeed. Everything else is Meta's last word on this attempt. */
export const passes = ({ kind, reaction }: GraphFailure): boolean =>
  kind === 'no-answer' || reaction === 'retry' || reaction === 'retry-after';

/** What an error envelope means. Unknown shapes and codes are survived, and mean "unknown". */
export function failureFrom(httpStatus: number, error: unknown, headers: Headers): GraphFailure {
  const { code, error_subcode, fbtrace_id, is_transient } = (error ?? {}) as Record<string, unknown>;
  if (typeof code !== 'number') return noAnswer(httpStatus);
  const subcode = typeof error_subcode === 'number' ? error_subcode : undefined;
  const meaning = meaningOf(code, subcode);
  // A server fault, or one that Meta itself calls passing, proves nothing, whatever code it carries.
  const proves = httpStatus >= 400 && httpStatus < 500 && is_transient !== true;
  const retryAfterMs = meaning.reaction === 'retry-after' ? waitMs(headers) : undefined;
  return {
    kind: 'refused',
    reaction: is_transient === true && meaning.reaction === 'permanent' ? 'retry' : meaning.reaction,
    commit: proves ? meaning.commit : 'unknown',
    words: meaning.words,
    code,
    httpStatus,
    ...(is_transient === true ? { isTransient: true } : {}),
    ...(subcode === undefined ? {} : { subcode }),
    ...(typeof fbtrace_id === 'string' && fbtrace_id.length <= 64 ? { traceId: fbtrace_id } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

const waitWhenUnsaidMs = 60_000;
const waitAtMostMs = 24 * 3_600_000;

const waitMs = (headers: Headers): number => saidWaitMs(headers) || waitWhenUnsaidMs;

/** How long Meta says that it wants to be left alone; 0 where it does not. Its usage header counts in minutes, `retry-after` in seconds. */
export function saidWaitMs(headers: Headers): number {
  const said = [...usageIn(headers).map(({ regainMs }) => regainMs), secondsMs(headers['retry-after'])];
  return Math.min(Math.max(...said), waitAtMostMs);
}

function secondsMs(header: string | string[] | undefined): number {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0;
}
