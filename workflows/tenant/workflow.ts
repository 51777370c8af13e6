import { continueAsNew, setHandler } from '@temporalio/workflow';
import type { TenantWork } from '../ids.ts';
import { live } from '../live.ts';
import { searchAttributes } from '../search-attributes.ts';
import { tenantActivitiesFor } from './activities.ts';
import { progress } from './messages.ts';
import { begin, deadlineMs, type Event, next, over, type State, type Todo, todo } from './state.ts';
import { describe, progressOf, waitingFor } from './words.ts';

interface TenantStart {
  tenant: string;
  work: TenantWork;
  resumed?: State;
}

/**
 * Work on a tenant's keys, while everybody goes on using them. `rotate-key`: a new data key, everything sealed anew, the old key deleted when
 * nothing can need it. `rewrap`: the keys wrapped under another master key.
 */
export async function tenant({ tenant: id, work, resumed }: TenantStart): Promise<void> {
  const ref = { tenant: id, work };
  const act = tenantActivitiesFor(id);
  const goOn = (state: State) => continueAsNew<typeof tenant>({ ...ref, resumed: state });
  let shown = resumed ?? begin();
  setHandler(progress, () => progressOf(shown));
  await live({ state: shown, next: follow, todo, deadlineMs, over, perform, waitingFor, describe, attributes, goOn });

  function follow(state: State, event: Event, nowMs: number): State {
    shown = next(state, event, nowMs);
    return shown;
  }

  async function perform(task: Todo, state: State): Promise<Event> {
    switch (task) {
      case 'read':
        return { type: 'read', facts: await act.readKeyWork(ref) };
      case 'make key':
        await act.makeDataKey(ref);
        return { type: 'done', task };
      case 'rewrap':
        await act.rewrapKeys(ref);
        return { type: 'done', task };
      case 'reseal':
        await act.reseal(ref);
        return { type: 'swept' };
      case 'forget':
        return { type: 'asked to forget', answer: await act.forgetOldKeys(ref) };
      case 'leave':
        return { type: 'left', gone: await act.leaveWork({ ...ref, wanted: state.facts?.wanted ?? 0 }) };
    }
  }
}

const attributes = ({ facts }: State) => (facts ? [{ key: searchAttributes.state, value: facts.is }] : []);
