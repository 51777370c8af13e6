import { Client, Connection } from '@temporalio/client';
import type { Place } from './place.ts';
import type { Rows } from './rows.ts';

/** What a post that has not come to its end is waiting for, as its rows and Temporal have it. Never fails: it is asked for when much is broken. */
export async function whyOpen({ place, rows }: { place: Place; rows: Rows }, target: string): Promise<string> {
  const known = await Promise.all([rows.lastSteps(target), underWay(place, rows.workflowOf(target))].map(orWhyNot));
  return known.join('; ');
}

const orWhyNot = (known: Promise<string>): Promise<string> =>
  known.catch((cause) => `unknown, for ${cause instanceof Error ? cause.message : cause}`);

async function underWay({ stack: { temporal } }: Place, workflow: string): Promise<string> {
  const connection = await Connection.connect({ address: temporal.address });
  try {
    const { namespace } = temporal;
    const { status, raw } = await new Client({ connection, namespace }).workflow.getHandle(workflow).describe();
    const activities = (raw.pendingActivities ?? []).map(({ activityType, attempt, scheduledTime, lastFailure }) => {
      const next = scheduledTime
        ? `, scheduled for ${new Date(Number(scheduledTime.seconds) * 1_000).toISOString()}`
        : '';
      return `${activityType?.name}, attempt ${attempt}${next}${lastFailure ? ` ("${lastFailure.message}")` : ''}`;
    });
    return `the workflow is ${status.name}, with ${activities.join(' and ') || 'no activity'} under way`;
  } finally {
    await connection.close();
  }
}
