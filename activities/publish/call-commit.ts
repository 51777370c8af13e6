import type { GraphAnswer, GraphClient } from '../graph/client.ts';

/** A claim that is older than this calls nothing: its holder may have been frozen, and a witness may be looking already. */
export const claimHoldsMs = 5_000;
/** Counted from the claim, so that a witness knows when no call can be under way any more. */
export const callEndsMs = 20_000;

/**
 * The one call that makes a draft public. Repeating it creates nothing (observed twice on v25, 2026-09).
 * @param timeoutMs the call is aborted after it; its outcome is unknown then
 */
export const callCommit = (
  graph: GraphClient,
  { draft, token }: { draft: string; token: string },
  timeoutMs: number,
): Promise<GraphAnswer<unknown>> =>
  graph.call({ method: 'POST', path: `/${draft}`, token, params: { is_published: true }, timeoutMs });
