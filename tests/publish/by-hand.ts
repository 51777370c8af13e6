import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { GraphClient } from '../../activities/graph/client.ts';
import type { PublishParts, WantedTarget } from '../../activities/publish/parts.ts';
import { openAsWorker } from '../../db/tenant/open-as-worker.ts';
import type { Stack } from '../stack/stack.ts';
import { publishParts } from './parts.ts';

type Activity<T> = (parts: PublishParts) => (ref: WantedTarget) => Promise<T>;

export type ByHand = Awaited<ReturnType<typeof openByHand>>;

/** Activities about posts without files of a stack's member, called one by one in this process, with what a worker of the stack has. */
export async function openByHand(stack: Stack) {
  const { control, masterKey, routeKey } = stack.control;
  const { body } = await stack.member.get<{ tenant: string }>('/v1/me');
  const limits = { maxConnectionsPerTenant: 2, maxConnections: 2 };
  const { vault, tenants } = await openAsWorker({ masterKey, control }, limits);
  const { META_APP_ID: appId = '', META_APP_SECRET: appSecret = '' } = stack.env.worker;
  const graph = new GraphClient({ graphUrl: stack.urls.simulator, appId, appSecret });
  const connection = await Connection.connect({ address: stack.temporal.address });
  const temporal = new Client({ connection, namespace: stack.temporal.namespace });
  const parts = publishParts({ control, routeKey, vault, tenants, graph, temporal });
  return {
    tenant: body.tenant,
    /** An attempt at a target of revision 1. */
    run: <T>(activity: Activity<T>, target: string): Promise<T> =>
      new MockActivityEnvironment().run(activity(parts), { tenant: body.tenant, target, wanted: 1 }),
    close: async () => {
      await graph.close();
      await tenants.close();
      await connection.close();
    },
  };
}
