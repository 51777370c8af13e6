import type { GraphClient } from '../graph/client.ts';
import { noAnswer } from '../graph/failure.ts';
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
      if (!answer.ok) return answer;
      const outcome = done(answer.data);
      return outcome ? { ok: true, ...outcome } : { ok: false, failure: noAnswer() };
    },
  };
}
