import type { GraphCall, GraphClient } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';

/** Somebody waits for the end of it. */
const timeoutMs = 4_000;

/**
 * A farewell to Meta, for which nobody waits long: tried once more after a passing fault, and that is all.
 * @returns whether Meta did it; a token that Meta does not know any more has nothing left to be taken back
 */
export async function twice(graph: GraphClient, call: GraphCall): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await graph.call({ ...call, timeoutMs });
    if (answer.ok || answer.failure.code === 190) return true;
    if (attempt === 2 || !passes(answer.failure)) return false;
  }
}
