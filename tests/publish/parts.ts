import { Client, Connection } from '@temporalio/client';
import { GraphClient } from '../../activities/graph/client.ts';
import { Claims } from '../../activities/publish/claims.ts';
import type { PublishParts } from '../../activities/publish/parts.ts';
import { Rush } from '../../activities/publish/rush.ts';
import { FileMediaStore } from '../../db/media/file-store.ts';
import { openAsWorker } from '../../db/tenant/open-as-worker.ts';
import type { Stack } from '../stack/stack.ts';

type Opened = Pick<PublishParts, 'control' | 'routeKey' | 'vault' | 'tenants' | 'graph' | 'temporal'>;

/** What activities about posts without files need of a worker, for tests that call them by hand. */
export const publishParts = ({ control, routeKey, vault, tenants, graph, temporal }: Opened): PublishParts => ({
  ...{ control, routeKey, vault, tenants, graph, temporal },
  ...{ media: new FileMediaStore('/nowhere'), mediaAddress: () => 'https://example.com' },
  ...{ claims: new Claims(control), rush: new Rush(), witnessFactor: 1, goingDown: new AbortController().signal },
});

/** The same of a stack, as a worker of it has them, and the tenant of its member. */
export async function openPublishParts(stack: Stack) {
  const { control, masterKey, routeKey } = stack.control;
  const { body } = await stack.member.get<{ tenant: string }>('/v1/me');
  const limits = { maxConnectionsPerTenant: 2, maxConnections: 2 };
  const { vault, tenants } = await openAsWorker({ masterKey, control }, limits);
  const { META_APP_ID: appId = '', META_APP_SECRET: appSecret = '' } = stack.env.worker;
  const graph = new GraphClient({ graphUrl: stack.urls.simulator, appId, appSecret });
  const connection = await Connection.connect({ address: stack.temporal.address });
  const temporal = new Client({ connection, namespace: stack.temporal.namespace });
  return {
    tenant: body.tenant,
    parts: publishParts({ control, routeKey, vault, tenants, graph, temporal }),
    close: async () => {
      await graph.close();
      await tenants.close();
      await connection.close();
    },
  };
}
