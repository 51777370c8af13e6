import { continueAsNew, isCancellation, log } from '@temporalio/workflow';
import { live, type Nudges } from '../live.ts';
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
export async function publish({ tenant, target, resumed }: PublishStart): Promise<string> {
  const ref = { tenant, target };
  const act = publishActivitiesFor(tenant);
  const goOn = (state: State) => continueAsNew<typeof publish>({ ...ref, resumed: state });
  const state = resumed ?? begin(target);
  const lived = { state, next, todo, deadlineMs, over, perform, waitingFor, describe, attributes, goOn };
  return outcomeOf(await live(lived));

  async function perform(task: Todo, { wanted, facts }: State, nudges: Nudges): Promise<Event> {
    switch (task) {
      case 'read':
        return { type: 'read', facts: await act.readTarget(ref) };
      case 'photos':
        return { type: 'photos', outcome: await act.uploadPhotos({ ...ref, wanted }) };
      case 'draft':
        return { type: 'draft', outcome: await act.createDraft({ ...ref, wanted }) };
      case 'commit':
        return commit(act, ref, facts as Open, nudges);
      case 'witness':
        return { type: 'witnessed', outcome: await act.witnessTarget(ref) };
      case 'link':
        // What has no address is published all the same.
        await act.readPermalink(ref).catch(unlessCanceled);
        return { type: 'linked' };
      case 'leave':
        return { type: 'left', gone: await act.leaveTarget({ ...ref, wanted }) };
    }
  }
}

function unlessCanceled(error: unknown): void {
  if (isCancellation(error)) throw error;
  log.warn('the address of the post could not be read');
}

function attributes(state: State) {
  const shown = stateForOperators(state);
  if (!shown) return [];
  const { facts } = state;
  return [
    { key: searchAttributes.state, value: shown },
    ...(facts ? [{ key: searchAttributes.connectionId, value: facts.connection }] : []),
    ...(facts ? [{ key: searchAttributes.platform, value: facts.platform }] : []),
  ];
}
