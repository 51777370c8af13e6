import type { Capability } from './permission.ts';

/** What Meta wants the person's role on the Page to include, whatever was granted: one of these tasks. Nothing is wanted for the rest. */
export const tasksFor: Partial<Record<Capability, readonly string[]>> = {
  publish: ['CREATE_CONTENT'],
  'delete-posts': ['CREATE_CONTENT'],
  'answer-comments': ['MODERATE'],
  messages: ['MESSAGING', 'MODERATE'],
  insights: ['ANALYZE'],
};
