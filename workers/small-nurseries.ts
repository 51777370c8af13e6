import { setFlagsFromString } from 'node:v8';

/**
 * Threads that are started from now on get a nursery of 3 MB: what runs workflows keeps much and throws little away, and V8 would leave it
 * with 48 MB and more. The thread of the activities keeps its own, which spares it a third of its garbage collection.
 */
export const smallNurseries = (): void => setFlagsFromString('--max-semi-space-size=1');
