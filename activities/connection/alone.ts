import { setTimeout as sleep } from 'node:timers/promises';
import { v4 as uuidv4 } from 'uuid';
import { holdLease, releaseLease } from '../../db/control/lease.ts';
import { routeHash } from '../../db/vault/route-hash.ts';
import { passing } from '../failures.ts';
import type { ConnectionParts } from './parts.ts';

/** Longer than all the calls to Meta that are made under it. */
const leaseMs = 90_000;
const waitMs = 8_000;
const lookEveryMs = 200;

/**
 * Does what tenants must not do at once about the same person or Page at Meta, since what one of them does there is done for all.
 * @throws ApplicationFailure, retryable, while somebody else is at it
 */
export async function alone<T>(
  { control, routeKey }: Pick<ConnectionParts, 'control' | 'routeKey'>,
  kind: 'person' | 'page',
  metaId: string,
  work: () => Promise<T>,
): Promise<T> {
  const name = `${kind} ${routeHash(routeKey, kind, metaId).toString('hex')}`;
  const holder = uuidv4();
  const giveUpAtMs = performance.now() + waitMs;
  while (!(await holdLease(control, name, holder, leaseMs))) {
    if (performance.now() > giveUpAtMs) throw passing('Another tenant is at work on the same login');
    await sleep(lookEveryMs);
  }
  try {
    return await work();
  } finally {
    await releaseLease(control, name, holder);
  }
}
