import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { historyIsLong } from '../history.ts';
import { changed, waiting } from '../messages.ts';
import { searchAttributes } from '../search-attributes.ts';
import { publishActivitiesFor } from './activities.ts';
import { commit } from './commit.ts';
import { begin, deadlineMs, type Event, next, type Open, over, type State, type Todo, todo } from './state.ts';
import { describe, outcomeOf, stateForOperators, waitingFor } from './words.ts';

interface PublishStart {
  tenant: string;
  target: string;
  resumed?: State;
}

/**
 * Publishes one post to one account: prepares it invisibly, commits at its instant, and looks at Meta until it is known
 * what became of it. Ends when the row is terminal and its entry among the workflows that should be alive is gone.
 * @returns the state that the row ended in
 */
export async function publish(start: PublishStart): Promise<string> {
  const ref = { tenant: start.tenant, target: start.target };
  const act = publishActivitiesFor(ref.tenant);
  let state = start.resumed ?? begin(ref.target);
  let nudged = false;
  let shown = '';
  setHandler(changed, () => {
    nudged = true;
  });
  setHandler(waiting, () => waitingFor(state));
  const nudges = {
    any: () => nudged,
    take: () => {
      const any = nudged;
      nudged = false;
      return any;
    },
  };

  while (!over(state)) {
    await somethingHappens();
    hear();
    for (let task = todo(state, Date.now()); task; task = todo(state, Date.now())) {
      tellOperators();
      state = next(state, await perform(task), Date.now());
      hear();
    }
    tellOperators();
    if (historyIsLong() && !nudged && allHandlersFinished())
      await continueAsNew<typeof publish>({ ...ref, resumed: state });
  }
  return outcomeOf(state);

  async function somethingHappens(): Promise<void> {
    if (nudged || todo(state, Date.now())) return;
    const untilMs = deadlineMs(state);
    if (untilMs === undefined) await condition(nudges.any);
    else await condition(nudges.any, Math.max(1, untilMs - Date.now()), { summary: waitingFor(state).for });
  }

  function hear(): void {
    if (nudges.take()) state = next(state, { type: 'changed' }, Date.now());
  }

  async function perform(task: Todo): Promise<Event> {
    const { wanted } = state;
    switch (task) {
      case 'read':
        return { type: 'read', facts: await act.readTarget(ref) };
      case 'photos':
        return { type: 'photos', outcome: await act.uploadPhotos({ ...ref, wanted }) };
      case 'draft':
        return { type: 'draft', outcome: await act.createDraft({ ...ref, wanted }) };
      case 'commit':
        return commit(act, ref, state.facts as Open, nudges);
      case 'witness':
        return { type: 'witnessed', outcome: await act.witnessTarget(ref) };
      case 'link':
        await act.readPermalink(ref);
        return { type: 'linked' };
      case 'leave':
        return { type: 'left', gone: await act.leaveTarget({ ...ref, wanted }) };
    }
  }

  function tellOperators(): void {
    setCurrentDetails(describe(state));
    const now = stateForOperators(state);
    if (!now || shown === now) return;
    shown = now;
    const { facts } = state;
    upsertSearchAttributes([
      { key: searchAttributes.state, value: now },
      ...(facts ? [{ key: searchAttributes.connectionId, value: facts.connection }] : []),
      ...(facts ? [{ key: searchAttributes.platform, value: facts.platform }] : []),
    ]);
  }
}
