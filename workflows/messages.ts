import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

/** Something about this workflow's row changed: read it again. Carries nothing, so that order, repetition and loss do no harm. */
export const changed = defineSignal('changed');

/** What a workflow is waiting for, and until when. */
export interface Waiting {
  for: string;
  untilMs?: number;
}

/** For operators, in the Web UI; the product reads Postgres. */
export const waiting = defineQuery<Waiting>('waiting');

/** The lighthouse counts one further and answers the count. */
export const beat = defineUpdate<number>('beat');
