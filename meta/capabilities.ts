import type { Capability, Platform } from './permissions.ts';
import { permissions } from './permissions.ts';

/** One entry of `debug_token.granular_scopes`: without `target_ids` the permission holds for every asset. */
export interface Grant {
  scope: string;
  target_ids?: readonly string[];
}

export interface CapabilityState {
  capability: Capability;
  available: boolean;
  reason?: string;
  remedy?: string;
}

export interface AccountGrants {
  platform: Platform;
  metaId: string;
  pageMetaId: string;
  scopes: readonly string[];
  granularScopes: readonly Grant[];
}

/** What one account can be used for, computed from what was really granted to it, and for the rest what is missing and how to get it. */
export function capabilitiesOf(account: AccountGrants): CapabilityState[] {
  return capabilities(account.platform).map((capability) => {
    const missing = needed(account.platform, capability).filter((permission) => !granted(account, permission));
    if (!missing.length) return { capability, available: true };
    return { capability, available: false, ...explain(missing) };
  });
}

function capabilities(platform: Platform): Capability[] {
  const own = permissions.filter((permission) => permission.platform === platform);
  return [...new Set(own.flatMap((permission) => permission.capabilities))].filter(
    (name) => name !== 'choose-accounts',
  );
}

function needed(platform: Platform, capability: Capability): string[] {
  const direct = permissions.filter((p) => p.platform === platform && p.capabilities.includes(capability));
  return [...new Set(direct.flatMap(({ name, requires }) => [...requires, name]))];
}

function granted({ scopes, granularScopes, metaId, pageMetaId }: AccountGrants, permission: string): boolean {
  if (!scopes.includes(permission)) return false;
  const targets = granularScopes.find(({ scope }) => scope === permission)?.target_ids;
  return targets === undefined || targets.includes(metaId) || targets.includes(pageMetaId);
}

function explain(missing: readonly string[]): { reason: string; remedy: string } {
  const asked = missing.every((name) => permissions.find((permission) => permission.name === name)?.byDefault);
  const what = missing.length === 1 ? `the permission ${missing[0]}` : `the permissions ${missing.join(', ')}`;
  return {
    reason: `Meta did not grant ${what} for this account.`,
    remedy: asked
      ? 'Connect again and leave this account and every permission ticked.'
      : 'Ask an operator of this installation to add it to what is asked for, then connect again.',
  };
}
