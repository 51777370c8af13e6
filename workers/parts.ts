import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { connectionActivities } from '../activities/connection/index.ts';
import { discreet, harmless } from '../activities/failures.ts';
import type { CallClass } from '../activities/graph/call-class.ts';
import { GraphClient } from '../activities/graph/client.ts';
import { Governor } from '../activities/graph/governor.ts';
import { beating } from '../activities/heartbeat.ts';
import { openMailer } from '../activities/mail/mailer.ts';
import { Claims } from '../activities/publish/claims.ts';
import { publishActivities } from '../activities/publish/index.ts';
import { Rush } from '../activities/publish/rush.ts';
import { tenantActivities } from '../activities/tenant/index.ts';
import { connectControl } from '../db/control/connect.ts';
import { openMediaStore } from '../db/media/open-store.ts';
import { signMediaUrl } from '../db/media/url.ts';
import { openAsWorker } from '../db/tenant/open-as-worker.ts';
import { type Config, redirectUri } from '../deploy/config.ts';

/** Opens everything that the activities of a worker need, and wires them. */
export async function openParts(config: Config<'worker'>, log: Logger, client: Client, goingDown: AbortSignal) {
  const control = connectControl(config.WORKER_DATABASE_URL);
  const { vault, tenants } = await openAsWorker(
    { control, masterKey: config.MASTER_KEY, previousMasterKey: config.MASTER_KEY_PREVIOUS },
    { maxConnectionsPerTenant: config.TENANT_POOL_CONNECTIONS, maxConnections: config.TENANT_CONNECTIONS },
  );
  const governor = new Governor({
    control,
    key: config.ROUTE_KEY,
    appId: config.META_APP_ID,
    onTrouble: (error) =>
      log.warn(harmless(error), 'usage of the Graph API could not be shared with the other workers'),
  });
  const further = { furtherPermissions: config.META_FURTHER_PERMISSIONS ?? [] };
  const graphFor = (callClass: CallClass) =>
    new GraphClient({
      graphUrl: config.META_GRAPH_URL,
      appId: config.META_APP_ID,
      appSecret: config.META_APP_SECRET,
      alarm: (words, details) => log.error(details, words),
      governor,
      class: callClass,
      ...further,
    });
  const media = openMediaStore(config);
  const publishing = graphFor('publish');
  const connecting = graphFor('token');
  const shared = { control, vault, tenants };
  return {
    control,
    tenants,
    media,
    publishActivities: discreet(
      publishActivities({
        ...shared,
        graph: publishing,
        routeKey: config.ROUTE_KEY,
        media,
        mediaAddress: mediaAddress(config),
        temporal: client,
        claims: new Claims(control, goingDown),
        rush: new Rush(),
        witnessFactor: config.WITNESS_DELAY_FACTOR,
        goingDown,
      }),
    ),
    connectionActivities: discreet(
      beating(
        connectionActivities({
          ...shared,
          graph: connecting,
          temporal: client,
          routeKey: config.ROUTE_KEY,
          redirectUri: redirectUri(config),
          ...further,
          ...mailerOf(config),
        }),
      ),
    ),
    tenantActivities: discreet(beating(tenantActivities(shared))),
    async close() {
      await Promise.all([publishing.close(), connecting.close()]);
      await governor.close();
      await tenants.close();
      await control.destroy();
      vault.close();
      media.close();
    },
  };
}

/** Longer than anything prepared is used. */
const mediaAddressForMs = 24 * 3_600_000;

const mediaAddress =
  ({ MEDIA_URL_KEY, PUBLIC_URL }: Config<'worker'>) =>
  (tenant: string, media: string) =>
    signMediaUrl(MEDIA_URL_KEY, PUBLIC_URL, { tenant, media, expiresAt: new Date(Date.now() + mediaAddressForMs) });

function mailerOf({ SMTP_URL: url, MAIL_FROM: from }: Config<'worker'>) {
  return url && from ? { mailer: openMailer({ url, from }) } : {};
}
