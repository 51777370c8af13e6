/**
 * At each promise the SDK notes where it was made, for the call stack in Temporal's Web UI. With ten frames that is a tenth of what a post costs
 * its worker; four name whoever waits.
 */
Error.stackTraceLimit = 4;

export { authorization } from './authorization/workflow.ts';
export { connection } from './connection/workflow.ts';
export { lighthouse } from './lighthouse/workflow.ts';
export { publish } from './publish/workflow.ts';
export { tenant } from './tenant/workflow.ts';
