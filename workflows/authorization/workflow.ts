import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { connectionActivitiesFor } from '../connection/activities.ts';
import { historyIsLong } from '../history.ts';
import { changed, waiting } from '../messages.ts';
import { searchAttributes } from '../search-attributes.ts';
import { begin, deadlineMs, type Event, next, over, type State, type Todo, todo } from './state.ts';
import { describe, waitingFor } from './words.ts';

interface AuthorizationStart {
  tenant: string;
  authorization: string;
  resumed?: State;
}

/**
 * One attempt to connect: waits for the person to come back from Meta, and exchanges what the browser brought. Whatever happens, the row
 * ends in a state that says what to do.
 */
export async function authorization(start: AuthorizationStart): Promise<void> {
  const ref = { tenant: start.tenant, authorization: start.authorization };
  const act = connectionActivitiesFor(ref.tenant);
  let state = start.resumed ?? begin();
  let nudged = false;
  setHandler(changed, () => {
    nudged = true;
  });
  setHandler(waiting, () => waitingFor(state));

  while (!over(state)) {
    await somethingHappens();
    hear();
    for (let task = todo(state, Date.now()); task; task = todo(state, Date.now())) {
      state = next(state, await perform(task), Date.now());
      hear();
      tellOperators();
    }
    if (historyIsLong() && !nudged && allHandlersFinished())
      await continueAsNew<typeof authorization>({ ...ref, resumed: state });
  }

  async function somethingHappens(): Promise<void> {
    if (nudged || todo(state, Date.now())) return;
    const untilMs = deadlineMs(state);
    if (untilMs === undefined) await condition(() => nudged);
    else await condition(() => nudged, Math.max(1, untilMs - Date.now()), { summary: waitingFor(state).for });
  }

  function hear(): void {
    if (!nudged) return;
    nudged = false;
    state = next(state, { type: 'changed' }, Date.now());
  }

  async function perform(task: Todo): Promise<Event> {
    const now = { ...ref, nowMs: Date.now() };
    switch (task) {
      case 'read':
        return { type: 'read', facts: await act.readAuthorization(ref) };
      case 'exchange':
        return exchange(now);
      case 'expire':
        await act.expireAuthorization(now);
        return { type: 'closed' };
      case 'give up':
        await act.giveUpAuthorization(ref);
        return { type: 'closed' };
      case 'leave':
        return { type: 'left', gone: await act.leaveAuthorization({ ...ref, wanted: state.facts?.wanted ?? 0 }) };
    }
  }

  async function exchange(now: { tenant: string; authorization: string; nowMs: number }): Promise<Event> {
    try {
      return { type: 'exchanged', outcome: await act.exchangeCode(now) };
    } catch (failure) {
      if (!(failure instanceof ActivityFailure) || isCancellation(failure)) throw failure;
      return { type: 'exchanged', outcome: 'gave up' };
    }
  }

  function tellOperators(): void {
    setCurrentDetails(describe(state));
    const word = state.facts?.is;
    if (!word || workflowInfo().typedSearchAttributes.get(searchAttributes.state) === word) return;
    upsertSearchAttributes([{ key: searchAttributes.state, value: word }]);
  }
}
