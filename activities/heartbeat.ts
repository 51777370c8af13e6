import { Context } from '@temporalio/activity';

/** Well under the shortest heartbeat time-out that a workflow asks for. */
const everyMs = 4_000;

type Activities = Record<string, (...args: never[]) => Promise<unknown>>;

/** Says at intervals that an activity is alive, so that the death of its worker is noticed in seconds and not when its whole time is up. */
export function beating<A extends Activities>(activities: A): A {
  return Object.fromEntries(Object.entries(activities).map(([name, activity]) => [name, whileBeating(activity)])) as A;
}

function whileBeating(activity: Activities[string]): Activities[string] {
  return async (...args) => {
    const context = Context.current();
    // One that the worker of its workflow does itself dies with it, and Temporal knows of neither.
    if (context.info.isLocal) return activity(...args);
    const beat = setInterval(() => context.heartbeat(), everyMs);
    try {
      return await activity(...args);
    } finally {
      clearInterval(beat);
    }
  };
}
