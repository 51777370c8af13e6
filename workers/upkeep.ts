import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { tidyMedia } from '../activities/media/tidy.ts';
import { forgetExpired } from '../activities/tenant/forget-expired.ts';
import { settle } from '../db/control/audit/settle.ts';
import type { ControlDb } from '../db/control/connect.ts';
import { holdLease } from '../db/control/lease.ts';
import { notePresence } from '../db/control/presence.ts';
import type { MediaStore } from '../db/media/store.ts';
import type { TenantPools } from '../db/tenant/pools.ts';
import { tellOfOutage } from './after-outage.ts';
import { every } from './beat.ts';
import { watch } from './lighthouse.ts';
import type { Metrics } from './metrics.ts';
import { wakeOverdue } from './overdue.ts';
import { reconcile } from './reconcile.ts';
import { relay } from './relay.ts';
import { revive } from './revive.ts';

const relayEveryMs = 5_000;
const settleEveryMs = 5_000;
const reconcileEveryMs = 60_000;
/** The first look after a loss fails where a worker still knows a lighthouse that is ahead; what was lost must not wait for the next. */
const reconcileAgainMs = 5_000;
/** Longer than the interval, so that the holder keeps it; short enough that another worker takes over soon. */
const leaseMs = 90_000;
const reviveEveryMs = 600_000;
const tidyEveryMs = 3_600_000;
const tidyLeaseMs = 1.5 * tidyEveryMs;

export interface Upkeep {
  control: ControlDb;
  tenants: TenantPools;
  media: MediaStore;
  client: Client;
  metrics: Metrics;
  log: Logger;
  signal: AbortSignal;
}

/**
 * What keeps the engine, the rows and the logs of tenants together: the relay, and whoever hands over audit entries, in every worker;
 * reconciler and lighthouse, whoever compares the rows with the list of what should be alive, and whoever deletes media that nobody needs and
 * what has expired, in one of all.
 */
export async function keepUp({ control, tenants, media, client, metrics, log, signal }: Upkeep): Promise<void> {
  const holder = uuidv7();
  const relaying = every(relayEveryMs, { name: 'relay', signal, log }, async () => {
    const told = await relay({ control, client });
    if (told) log.info({ told }, 'nudges were repeated');
    metrics.relayed.inc(told);
  });
  const settling = every(settleEveryMs, { name: 'audit', signal, log }, async () => {
    const { failures } = await settle(control, tenants);
    if (failures.length) throw failures[0];
  });
  const reconciler = { name: 'reconciler', retryMs: reconcileAgainMs, signal, log };
  const reconciling = every(reconcileEveryMs, reconciler, async () => {
    await notePresence(control, 'worker');
    if (!(await holdLease(control, 'reconciler', holder, leaseMs)) || signal.aborted) return;
    // The lighthouse answers only while a worker runs: on the way down nobody may wait for it.
    const watched = await client.withAbortSignal(signal, () => watch({ control, client }));
    if (watched === 'restored') log.error('the database of Temporal was lost or restored');
    const looked = await tellOfOutage({ control, client });
    if (looked)
      log.warn({ connections: looked }, 'we were away for more than an hour: all connections are looked at again');
    const { started, told } = await reconcile({ control, client });
    if (started || told) log.warn({ started, told }, 'workflows were not as they should be');
    metrics.reconciled.inc({ how: 'started' }, started);
    metrics.reconciled.inc({ how: 'told' }, told);
    metrics.reconciled.inc({ how: 'overdue' }, await wakeOverdue({ control, client }));
  });
  const reviving = every(reviveEveryMs, { name: 'rows', signal, log }, async () => {
    if (!(await holdLease(control, 'rows', holder, leaseMs)) || signal.aborted) return;
    const revived = await revive({ control, tenants });
    if (revived) log.error({ revived }, 'posts stood in no list of what should be alive');
  });
  const tidying = every(tidyEveryMs, { name: 'media', signal, log }, async () => {
    if (!(await holdLease(control, 'media', holder, tidyLeaseMs)) || signal.aborted) return;
    const tidied = await tidyMedia({ control, tenants, media, signal });
    if (tidied.media || tidied.files || tidied.failed) log.info(tidied, 'media that nobody needs were deleted');
  });
  const forgetting = every(tidyEveryMs, { name: 'expired', signal, log }, async () => {
    if (!(await holdLease(control, 'expired', holder, tidyLeaseMs)) || signal.aborted) return;
    const forgotten = await forgetExpired({ control, tenants });
    if (forgotten.invitations || forgotten.answers || forgotten.failed)
      log.info(forgotten, 'what has expired was deleted');
  });
  await Promise.all([relaying, settling, reconciling, reviving, tidying, forgetting]);
}
