import type { Capability, Platform } from './permission.ts';
import { permissions } from './permissions.ts';
import { tasksFor } from './tasks.ts';

/** One entry of `debug_token.granular_scopes`: without `target_ids` the permission holds for every asset. */
export interface Grant {
  scope: string;
  target_ids?: readonly string[];
}

/** The grants that a row has in `granular_scopes`; none where there is no row. */
export const grantsIn = (column: unknown): Grant[] => (column ?? []) as Grant[];

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
  /** What the person's role on the Page allows; empty where Meta did not say. */
  tasks?: readonly string[];
  /** The person has not been here for so long that Meta no longer shows Instagram's data. */
  dataAccessEnded?: boolean;
  /** What the login asks for besides the nine. */
  further?: readonly string[];
}

/** What one account can be used for, computed from what was really granted to it, and for the rest what is missing and how to get it. */
export function capabilitiesOf(account: AccountGrants): CapabilityState[] {
  return capabilities(account.platform).map((capability) => {
    const why = objectionTo(account, capability);
    return why ? { capability, available: false, ...why } : { capability, available: true };
  });
}

interface Objection {
  reason: string;
  remedy: string;
}

function objectionTo(account: AccountGrants, capability: Capability): Objection | undefined {
  if (account.platform === 'instagram' && account.dataAccessEnded) return dataAccessEnded;
  const missing = needed(account.platform, capability).filter((permission) => !granted(account, permission));
  if (missing.length) return permissionsMissing(missing, account.further ?? []);
  return taskMissing(account, capability);
}

function capabilities(platform: Platform): Capability[] {
  const all = permissions.flatMap((permission) => permission.capabilities[platform] ?? []);
  return [...new Set(all)].filter((name) => name !== 'choose-accounts');
}

function needed(platform: Platform, capability: Capability): string[] {
  const direct = permissions.filter((permission) => permission.capabilities[platform]?.includes(capability));
  return [...new Set(direct.flatMap(({ name, requires }) => [...requires, name]))];
}

function granted({ scopes, granularScopes, metaId, pageMetaId }: AccountGrants, permission: string): boolean {
  if (!scopes.includes(permission)) return false;
  const targets = granularScopes.find(({ scope }) => scope === permission)?.target_ids;
  return targets === undefined || targets.includes(metaId) || targets.includes(pageMetaId);
}

const dataAccessEnded: Objection = {
  reason:
    "Facebook no longer shows Instagram's data, because the person who connected it has not logged in for 90 days.",
  remedy: 'Connect again.',
};

function permissionsMissing(missing: readonly string[], further: readonly string[]): Objection {
  const isAsked = (name: string) =>
    further.includes(name) || permissions.some((permission) => permission.name === name && permission.byDefault);
  const what = missing.length === 1 ? `the permission ${missing[0]}` : `the permissions ${missing.join(', ')}`;
  return {
    reason: `Meta did not grant ${what} for this account.`,
    remedy: missing.every(isAsked)
      ? 'Connect again and leave this account and every permission ticked.'
      : 'Ask an operator of this installation to add it to what is asked for, then connect again.',
  };
}

function taskMissing({ tasks = [] }: AccountGrants, capability: Capability): Objection | undefined {
  const wanted = tasksFor[capability];
  if (!wanted || !tasks.length || wanted.some((task) => tasks.includes(task))) return undefined;
  return {
    reason: `The role that the person who connected this has on the Page does not include the task ${wanted.join(' or ')}.`,
    remedy: 'Have somebody with full control of the Page give it to that person at Facebook, then connect again.',
  };
}
