import { defineQuery } from '@temporalio/workflow';

export interface KeyProgress {
  /** What it does now. */
  doing: string;
  /** Values that were sealed anew so far. */
  resealed: number;
}

/** For operators, in the Web UI: how far the work is. */
export const progress = defineQuery<KeyProgress>('progress');
