import { live, skippingServer } from '../connection/long-life.ts';
import { newPerson } from '../connection/person.ts';
import { connectionPlace } from '../connection/place.ts';
import { actionsOf } from './actions.ts';

const days = 180;

/** A connection of which nobody wants anything: login refreshed, asked for Instagram's data, looked at every day. */
export async function measureIdle(): Promise<{ actionsPer30DaysIdle: number; longestHistoryEvents: number }> {
  const place = await connectionPlace();
  const skipping = await skippingServer();
  try {
    const person = await newPerson(place.simulator, [{ name: 'Bakery', instagram: { username: 'bread' } }]);
    const life = await live(place, skipping, { person, days });
    const actions = life.histories.reduce((sum, history) => sum + actionsOf(history), 0);
    return {
      actionsPer30DaysIdle: Math.round((actions * 300) / days) / 10,
      longestHistoryEvents: Math.max(...life.historyLengths),
    };
  } finally {
    await skipping.teardown();
    await place.close();
  }
}
