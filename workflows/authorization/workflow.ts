import { ActivityFailure, continueAsNew, isCancellation } from '@temporalio/workflow';
import { connectionActivitiesFor } from '../connection/activities.ts';
import { live } from '../live.ts';
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
export async function authorization({ tenant, authorization: subject, resumed }: AuthorizationStart): Promise<void> {
  const ref = { tenant, authorization: subject };
  const act = connectionActivitiesFor(tenant);
  const goOn = (state: State) => continueAsNew<typeof authorization>({ ...ref, resumed: state });
  const state = resumed ?? begin();
  await live({ state, next, todo, deadlineMs, over, perform, waitingFor, describe, attributes, goOn });

  async function perform(task: Todo, state: State): Promise<Event> {
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
}

const attributes = ({ facts }: State) => (facts ? [{ key: searchAttributes.state, value: facts.is }] : []);
