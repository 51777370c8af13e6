import { forgetOldKeys } from './forget-old-keys.ts';
import { leaveWork } from './leave-work.ts';
import { makeDataKey } from './make-data-key.ts';
import type { TenantParts } from './parts.ts';
import { readKeyWork } from './read-key-work.ts';
import { reseal } from './reseal.ts';
import { rewrapKeys } from './rewrap-keys.ts';

/** The activities of the queue `erasure` that work on a tenant's keys. */
export const tenantActivities = (parts: TenantParts) => ({
  readKeyWork: readKeyWork(parts),
  makeDataKey: makeDataKey(parts),
  reseal: reseal(parts),
  forgetOldKeys: forgetOldKeys(parts),
  rewrapKeys: rewrapKeys(parts),
  leaveWork: leaveWork(parts),
});
