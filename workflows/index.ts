export { authorization } from './authorization/workflow.ts';
export { connection } from './connection/workflow.ts';
export { lighthouse } from './lighthouse/workflow.ts';
export { publish } from './publish/workflow.ts';
export { tenant } from './tenant/workflow.ts';
