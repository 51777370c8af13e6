import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { historyIsLong } from '../history.ts';
import { changed, waiting } from '../messages.ts';
import { searchAttributes } from '../search-attributes.ts';
import { connectionActivitiesFor } from './activities.ts';
import { askingFor, begin, deadlineMs, type Event, next, over, type State, type Todo, todo } from './state.ts';
import { describe, waitingFor } from './words.ts';

interface ConnectionStart {
  tenant: string;
  connection: string;
  resumed?: State;
}

/**
 * The life of one Meta login: finds its accounts, waits for the choice, connects what was chosen, and keeps its token fresh for as long as the
 * row is there. Ends when the row is erasing or gone.
 */
export async function connection(start: ConnectionStart): Promise<void> {
  const ref = { tenant: start.tenant, connection: start.connection };
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
      await continueAsNew<typeof connection>({ ...ref, resumed: state });
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
        return { type: 'read', facts: await act.readConnection(ref) };
      case 'discover':
        await act.renewPageTokens(now);
        await act.discoverAccounts(ref);
        return { type: 'done', task };
      case 'adopt':
        await act.adoptChosenAccounts(now);
        return { type: 'done', task };
      case 'refresh':
        await act.refreshToken(now);
        return { type: 'done', task };
      case 'ask':
        await ask(now.nowMs);
        return { type: 'done', task };
      case 'leave':
        return { type: 'left', gone: await act.leaveConnection({ ...ref, wanted: state.facts?.wanted ?? 0 }) };
    }
  }

  async function ask(nowMs: number): Promise<void> {
    const asking = askingFor(state, nowMs);
    if (asking) await act.askForRenewal({ ...ref, ...asking });
  }

  function tellOperators(): void {
    setCurrentDetails(describe(state));
    const word = state.facts?.is;
    if (!word || workflowInfo().typedSearchAttributes.get(searchAttributes.state) === word) return;
    upsertSearchAttributes([{ key: searchAttributes.state, value: word }]);
  }
}
