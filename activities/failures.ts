import { ApplicationFailure, log } from '@temporalio/activity';
import { TemporalFailure } from '@temporalio/common';

/** The kinds of failure that an activity may end with. Their messages are constant words of ours: a history is there for every operator to read. */
type FailureType = 'MetaSlowsUsDown' | 'Waits' | 'Passing' | 'GaveWay' | 'TokenDead' | 'Unexpected';

/**
 * Something that passes by itself: Temporal tries again, after `retryAfterMs` where somebody said how long to wait.
 * `message` is a constant of ours, never somebody's answer.
 */
export function passing(message: string, retryAfterMs?: number): ApplicationFailure {
  if (retryAfterMs === undefined) return ApplicationFailure.create({ type: 'Passing' satisfies FailureType, message });
  return ApplicationFailure.create({
    type: 'MetaSlowsUsDown' satisfies FailureType,
    message,
    category: 'BENIGN',
    nextRetryDelay: retryAfterMs,
  });
}

/** Something comes first that takes its time: it is looked at again after `askAgainMs`. `message` is a constant of ours. */
export const waits = (message: string, askAgainMs: number): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'Waits' satisfies FailureType,
    message,
    category: 'BENIGN',
    nextRetryDelay: askAgainMs,
  });

/** The worker goes down: the attempt has done nothing yet, and the next one begins at once. */
export const gaveWay = () =>
  ApplicationFailure.create({
    type: 'GaveWay' satisfies FailureType,
    message: 'The worker goes down; the attempt gave way before it did anything',
    category: 'BENIGN',
  });

type Activities = Record<string, (...args: never[]) => Promise<unknown>>;

/**
 * Lets no error of a database or a library into a history: its message could quote a row. What is known to be harmless (its class,
 * its code, where it was thrown) goes to the log, so that it can be found.
 */
export function discreet<A extends Activities>(activities: A): A {
  const wrapped = Object.entries(activities).map(([name, activity]) => [name, keepingQuiet(activity)]);
  return Object.fromEntries(wrapped) as A;
}

function keepingQuiet(activity: Activities[string]): Activities[string] {
  return async (...args) => {
    try {
      return await activity(...args);
    } catch (error) {
      if (error instanceof TemporalFailure) throw error;
      log.error('An activity failed in a way that nobody foresaw', harmless(error));
      throw ApplicationFailure.create({ type: 'Unexpected' satisfies FailureType, message: unexpected(error) });
    }
  };
}

const unexpected = (error: unknown) => `Something of ours failed (${harmless(error).name})`;

/** What may be logged of an error: never its message, which could quote a row. */
export function harmless(error: unknown): { name: string; code: string; at: string[] } {
  if (!(error instanceof Error)) return { name: 'not an Error', code: 'none', at: [] };
  const { code } = error as { code?: unknown };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: /^\w{1,64}$/.test(error.name) ? error.name : 'Error',
    code: typeof code === 'string' && /^\w{1,32}$/.test(code) ? code : 'none',
    at: frames.slice(0, 8).map((line) => line.trim()),
  };
}
