import { ActivityFailure, continueAsNew, isCancellation } from '@temporalio/workflow';
import { live } from '../live.ts';
import { searchAttributes } from '../search-attributes.ts';
import { connectionActivitiesFor } from './activities.ts';
import {
  askingFor,
  begin,
  deadlineMs,
  type Event,
  next,
  over,
  type Patient,
  type State,
  type Todo,
  todo,
} from './state.ts';
import { describe, waitingFor } from './words.ts';

interface ConnectionStart {
  tenant: string;
  connection: string;
  resumed?: State;
}

/**
 * The life of one Meta login: finds its accounts, waits for the choice, connects what was chosen, and keeps its token fresh for as long as the
 * row is there. Ends when the row is gone, or a member wants it gone: then it takes everything apart.
 */
export async function connection({ tenant, connection: subject, resumed }: ConnectionStart): Promise<void> {
  const ref = { tenant, connection: subject };
  const act = connectionActivitiesFor(tenant);
  const goOn = (state: State) => continueAsNew<typeof connection>({ ...ref, resumed: state });
  const state = resumed ?? begin();
  await live({ state, next, todo, deadlineMs, over, perform, waitingFor, describe, attributes, goOn });

  async function perform(task: Todo, state: State): Promise<Event> {
    const now = { ...ref, nowMs: Date.now() };
    switch (task) {
      case 'read':
        return { type: 'read', facts: await act.readConnection(ref) };
      case 'discover':
        return unlessItFails(task, async () => {
          const renewedOf = await act.renewPageTokens(now);
          const outcome = await act.discoverAccounts({ ...ref, renewedOf });
          // Another login may have come, of the same revision as it was read: that one has not been tried.
          return outcome === 'moved on' ? { type: 'changed' } : { type: 'done', task };
        });
      case 'adopt':
        return unlessItFails(task, async () => {
          await act.adoptChosenAccounts(now);
          return { type: 'done', task };
        });
      case 'refresh':
        return unlessItFails(task, async () => {
          await act.refreshToken(now);
          return { type: 'done', task };
        });
      case 'keep-up':
        return unlessItFails(task, async () => ({ type: 'kept-up', facts: await act.keepUp(now) }));
      case 'mail':
        return unlessItFails(task, async () => {
          await act.mailNotices(ref);
          return { type: 'done', task };
        });
      case 'ask':
        await ask(state, now.nowMs);
        return { type: 'done', task };
      case 'leave':
        if (state.facts?.is === 'erasing') await act.disconnect(ref);
        return { type: 'left', gone: await act.leaveConnection({ ...ref, wanted: state.facts?.wanted ?? 0 }) };
    }
  }

  async function ask(state: State, nowMs: number): Promise<void> {
    const asking = askingFor(state, nowMs);
    if (asking) await act.askForRenewal({ ...ref, ...asking, nowMs });
  }
}

async function unlessItFails(task: Patient, work: () => Promise<Event>): Promise<Event> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    return { type: 'failed', task };
  }
}

const attributes = ({ facts }: State) => (facts ? [{ key: searchAttributes.state, value: facts.is }] : []);
