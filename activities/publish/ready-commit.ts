import type { GraphClient } from '../graph/client.ts';
import type { Committed, Committing, Publisher } from './forms/form.ts';

/** The call that makes a target public. Whoever sends it has the claim. */
export interface ReadyCommit {
  send(timeoutMs: number): Promise<Committed>;
}

/** Makes the call ready, so that at the due instant it has only to be written. */
export function readyCommit(graph: GraphClient, publisher: Publisher, at: Committing): ReadyCommit {
  const { call, done } = publisher.commit(at);
  const ready = graph.ready<Parameters<typeof done>[0]>(call);
  return {
    async send(timeoutMs) {
      const answer = await ready.send(timeoutMs);
      return answer.ok ? { ok: true, ...done(answer.data) } : answer;
    },
  };
}
