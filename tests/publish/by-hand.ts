import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { GraphClient } from '../../activities/graph/client.ts';
import type { PublishParts, WantedTarget } from '../../activities/publish/parts.ts';
import { FileMediaStore } from '../../db/media/file-store.ts';
import { openAsWorker } from '../../db/tenant/open-as-worker.ts';
import type { Stack } from '../stack/stack.ts';
import { publishParts } from './parts.ts';

type Activity<T> = (parts: PublishParts) => (ref: WantedTarget) => Promise<T>;

export type ByHand = Awaited<ReturnType<typeof openByHand>>;

interface Attempt {
  /** The revision that it acts for; the first where nothing was decided since. */
  wanted?: number;
  /** To be told that it is given up. */
  env?: MockActivityEnvironment;
}

/** Activities about posts of a stack's member, called one by one in this process, with what a worker of the stack has. */
export async function openByHand(stack: Stack) {
  const { control, masterKey, routeKey } = stack.control;
  const { body } = await stack.member.get<{ tenant: string }>('/v1/me');
  const limits = { maxConnectionsPerTenant: 2, maxConnections: 2 };
  const { vault, tenants } = await openAsWorker({ masterKey, control }, limits);
  const { META_APP_ID: appId = '', META_APP_SECRET: appSecret = '' } = stack.env.worker;
  const graph = new GraphClient({ graphUrl: stack.urls.simulator, appId, appSecret });
  const connection = await Connection.connect({ address: stack.temporal.address });
  const temporal = new Client({ connection, namespace: stack.temporal.namespace });
  const media = new FileMediaStore(stack.env.worker.MEDIA_DIR ?? '');
  const parts = { ...publishParts({ control, routeKey, vault, tenants, graph, temporal }), media };
  return {
    tenant: body.tenant,
    run: <T>(
      activity: Activity<T>,
      target: string,
      { wanted = 1, env = new MockActivityEnvironment() }: Attempt = {},
    ): Promise<T> => env.run(activity(parts), { tenant: body.tenant, target, wanted }),
    close: async () => {
      await graph.close();
      await tenants.close();
      await connection.close();
    },
  };
}
