import { once } from 'node:events';
import { GraphClient } from '../../activities/graph/client.ts';
import type { CommitCall } from './drafts.ts';
import type { PeerRun } from './peers.ts';

const timeoutMs = 20_000;

/** What a peer process is to do, and the call that each of its jobs makes, with the client that our own worker has. */
export async function asked(): Promise<{ run: PeerRun; call(job: CommitCall): Promise<void> }> {
  const [run] = (await once(process, 'message')) as [PeerRun];
  const graph = new GraphClient({ graphUrl: run.graphUrl, appId: run.appId, appSecret: run.appSecret });
  let left = run.calls.length;
  return {
    run,
    async call(job) {
      const { path, token, params } = job;
      const answer = await graph.call({ method: 'POST', path, token, params, timeoutMs });
      if (!answer.ok) throw new Error('The call failed');
      left -= 1;
      if (left === 0) process.send?.('done');
    },
  };
}
