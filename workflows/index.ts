export { lighthouse } from './lighthouse/workflow.ts';
export { publish } from './publish/workflow.ts';
