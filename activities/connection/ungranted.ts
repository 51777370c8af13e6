import { passing } from '../failures.ts';
import type { GraphClient } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { listAll } from '../graph/list.ts';

/** What the person answered for each permission that was asked for and not granted; nothing for what Meta did not offer at all. */
export type Ungranted = Readonly<Record<string, 'declined' | 'expired'>>;

/**
 * Asks Meta only where something that was asked for is missing.
 * @throws ApplicationFailure, retryable, for passing faults
 */
export async function readUngranted(graph: GraphClient, token: string, missing: readonly string[]): Promise<Ungranted> {
  if (!missing.length) return {};
  const answer = await listAll(graph, { path: '/me/permissions', token });
  if (!answer.ok) {
    if (passes(answer.failure)) throw passing('Meta did not list the permissions', answer.failure.retryAfterMs);
    return {};
  }
  const answers = answer.data.flatMap(({ permission, status }) => {
    if (status !== 'declined' && status !== 'expired') return [];
    return typeof permission === 'string' && missing.includes(permission) ? [[permission, status] as const] : [];
  });
  return Object.fromEntries(answers);
}
