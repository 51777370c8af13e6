import type { Tier } from './permission.ts';
import { permissions } from './permissions.ts';

/** A configuration of Login for Business: Meta knows it by its id, and what it asks for is fixed there. */
export interface LoginConfiguration {
  id: string;
  tiers: readonly Tier[];
}

const tiers = ['base', 'inbox', 'insights'] as const satisfies readonly Tier[];

/** The tiers to which these permissions belong. */
export const tiersOf = (names: readonly string[]): Tier[] =>
  tiers.filter((tier) => permissions.some((permission) => permission.tier === tier && names.includes(permission.name)));

/**
 * One id that asks for everything, or `tier+tier:id` for each set of tiers. Every configuration asks for the base.
 * @returns undefined for what is neither
 */
export function readConfigurations(text: string): LoginConfiguration[] | undefined {
  if (/^\d+$/.test(text)) return [{ id: text, tiers }];
  const read = text.split(',').map((one) => {
    const [, names = '', id = ''] = /^\s*([a-z+]+):(\d+)\s*$/.exec(one) ?? [];
    const named = names.split('+');
    const known = named.every((name) => tiers.some((tier) => tier === name));
    return known ? { id, tiers: tiers.filter((tier) => tier === 'base' || named.includes(tier)) } : undefined;
  });
  return read.every((one) => one !== undefined) ? read : undefined;
}

/** The configuration that asks for all of these tiers and for as little else as possible; where none has them all, for the most. */
export function configurationFor(
  configurations: readonly LoginConfiguration[],
  wanted: readonly Tier[],
): LoginConfiguration | undefined {
  const smallestFirst = [...configurations].sort((a, b) => a.tiers.length - b.tiers.length);
  return smallestFirst.find((one) => hasAll(one, wanted)) ?? smallestFirst.at(-1);
}

/** Who logs in again is asked at once for all that was granted before and is wanted now: the tiers that then have no configuration. */
export function tiersWithoutConfiguration(
  configurations: readonly LoginConfiguration[],
  wanted: readonly Tier[],
): readonly Tier[] {
  const all = tiers.filter((tier) => wanted.includes(tier) || configurations.some((one) => one.tiers.includes(tier)));
  return configurations.some((one) => hasAll(one, all)) ? [] : all;
}

const hasAll = (configuration: LoginConfiguration, wanted: readonly Tier[]) =>
  wanted.every((tier) => configuration.tiers.includes(tier));
