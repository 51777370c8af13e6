import { continueAsNew, isCancellation, log } from '@temporalio/workflow';
import { live, type Nudges } from '../live.ts';
import { searchAttributes } from '../search-attributes.ts';
import { publishActivitiesFor, type Rows } from './activities.ts';
import { commit } from './commit.ts';
import type { Facts, Open } from './facts.ts';
import { resumedToday } from './resumed.ts';
import { begin, deadlineMs, type Event, isStaying, next, over, type State, type Todo, todo } from './state.ts';
import { whileWanted } from './while-wanted.ts';
import { describe, outcomeOf, stateForOperators, waitingFor } from './words.ts';

interface PublishStart {
  tenant: string;
  target: string;
  /** Tells operators only of states that it stays in; absent where it began when every state was told. */
  tells?: 'stays';
  rows?: Rows;
  resumed?: State;
}

/**
 * Publishes one post to one account: prepares it invisibly, commits at its instant, and looks at Meta until it is known
 * what became of it. Ends when the row is terminal and its entry among the workflows that should be alive is gone.
 * @returns the state that the row ended in
 */
export async function publish(start: PublishStart): Promise<string> {
  const { tenant, target, tells, rows, resumed } = start;
  const ref = { tenant, target };
  const act = publishActivitiesFor(tenant, rows);
  const goOn = (state: State) => continueAsNew<typeof publish>({ ...start, resumed: state });
  const state = resumed ? resumedToday(resumed) : begin(target);
  const attributes = (now: State) => (tells && !isStaying(now, Date.now()) ? [] : attributesOf(now));
  let commentGivenUp = false;
  const lived = { state, next, todo, deadlineMs, over, perform, waitingFor, describe, attributes, goOn };
  return outcomeOf(await live(lived));

  async function perform(task: Todo, { wanted, facts }: State, nudges: Nudges): Promise<Event> {
    const isSame = (now: Facts) => now.is === 'open' && now.wanted === wanted;
    switch (task) {
      case 'read':
        return { type: 'read', facts: await act.readTarget(ref) };
      case 'ahead':
      case 'last':
        return facts?.form
          ? whileWanted(act, ref, nudges, isSame, () => prepare(task, wanted))
          : formerly(task, wanted);
      case 'commit':
        return whileWanted(act, ref, nudges, isSame, () => commit(act, ref, facts as Open));
      case 'witness':
        return { type: 'witnessed', outcome: await act.witnessTarget(ref) };
      case 'link':
        // What has no address is published all the same.
        await act.readPermalink(ref).catch(unlessCanceled('the address of the post could not be read'));
        return { type: 'finished', chore: task };
      case 'comment':
        commentGivenUp = await act
          .commentTarget({ ...ref, wanted })
          .then(() => false, unlessCanceled('the first comment could not be written'));
        return { type: 'finished', chore: task };
      case 'delete':
        await act.deleteTarget({ ...ref, wanted });
        return { type: 'finished', chore: task };
      case 'edit':
        return whileWanted(
          act,
          ref,
          nudges,
          (now) => now.wanted === wanted,
          () => edit(wanted),
        );
      case 'discard':
        return whileWanted(
          act,
          ref,
          nudges,
          (now) => now.wanted === wanted,
          () => discard(wanted),
        );
      case 'leave':
        return {
          type: 'left',
          gone: await act.leaveTarget({ ...ref, wanted, ...(commentGivenUp && { commentGivenUp }) }),
        };
    }
  }

  async function prepare(stage: 'ahead' | 'last', wanted: number): Promise<Event> {
    const make = stage === 'ahead' ? act.prepareAhead : act.prepareLast;
    return { type: 'prepared', stage, outcome: await make({ ...ref, wanted }) };
  }

  /** As runs went on that began when only posts of Pages were published. */
  async function formerly(stage: 'ahead' | 'last', wanted: number): Promise<Event> {
    const make = stage === 'ahead' ? act.uploadPhotos : act.createDraft;
    return { type: 'prepared', stage, outcome: await make({ ...ref, wanted }) };
  }

  async function edit(wanted: number): Promise<Event> {
    await act.editTarget({ ...ref, wanted });
    return { type: 'finished', chore: 'edit' };
  }

  async function discard(wanted: number): Promise<Event> {
    // What stays at Meta unseen changes nothing about the post.
    await act.discardLeftovers({ ...ref, wanted }).catch(unlessCanceled('what was prepared could not be deleted'));
    return { type: 'finished', chore: 'discard' };
  }
}

const unlessCanceled = (words: string) => (error: unknown) => {
  if (isCancellation(error)) throw error;
  log.warn(words);
  return true as const;
};

function attributesOf(state: State) {
  const shown = stateForOperators(state);
  if (!shown) return [];
  const { facts } = state;
  return [
    { key: searchAttributes.state, value: shown },
    ...(facts ? [{ key: searchAttributes.connectionId, value: facts.connection }] : []),
    ...(facts ? [{ key: searchAttributes.platform, value: facts.platform }] : []),
  ];
}
