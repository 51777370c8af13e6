import type { SimulatorAdmin } from '../stack/simulator.ts';

export interface Person {
  id: string;
  pages: { id: string; name: string; instagram?: string }[];
}

export interface NewPage {
  name: string;
  business?: boolean;
  inBusiness?: boolean;
  tasks?: string[];
  followers?: number;
  unpublished?: boolean;
  instagram?: { username: string; name?: string; followers?: number };
  /** Linked in the settings of the Page, and no professional account. */
  otherInstagram?: { username: string };
}

/** Somebody new at Meta, with Pages. */
export async function newPerson(simulator: SimulatorAdmin, pages: NewPage[]): Promise<Person> {
  return simulator.ask<Person>('POST', '/sim/users', { name: 'Kim Canary', pages });
}

interface NewBusiness {
  name: string;
  twoFactor?: 'none' | 'admin_required' | 'all_required';
  pages: { id: string; as?: 'owned' | 'client' }[];
  people: { id: string; secondFactor?: boolean }[];
}

/** A business portfolio with the Pages that it holds. */
export function newBusiness(simulator: SimulatorAdmin, { pages, people, ...business }: NewBusiness) {
  const held = pages.map(({ id, as }) => ({ id, ...(as && { as }) }));
  const members = people.map(({ id, secondFactor }) => ({ id, ...(secondFactor !== undefined && { secondFactor }) }));
  return simulator.ask('POST', '/sim/businesses', { ...business, pages: held, people: members });
}

/** A Page on which nobody has a role yet. */
export const newPage = (simulator: SimulatorAdmin, name: string) =>
  simulator.ask<{ id: string }>('POST', '/sim/pages', { name });

/** Links an Instagram account to another Page. */
export const moveInstagram = (simulator: SimulatorAdmin, instagram: string, page: string) =>
  simulator.ask('POST', '/sim/instagram/move', { instagram, page });

/** The person's role on a Page is over. */
export const takeRole = (simulator: SimulatorAdmin, person: string, page: string) =>
  simulator.ask('DELETE', '/sim/roles', { person, page });

/** How often Meta was called, by what. */
export const callsMade = (simulator: SimulatorAdmin) => simulator.ask<Record<string, number>>('GET', '/sim/calls');
export const forgetCalls = (simulator: SimulatorAdmin) => simulator.ask('DELETE', '/sim/calls');

/** Ends the life of the person's tokens, or of those for one Page. */
export const killTokens = (simulator: SimulatorAdmin, dead: { person: string; page?: string; subcode?: number }) =>
  simulator.ask('POST', '/sim/tokens/dead', dead);

/** Somebody gets a role on a Page. */
export const giveRole = (simulator: SimulatorAdmin, role: { person: string; page: string }) =>
  simulator.ask('POST', '/sim/roles', role);

/** Meta's clock runs ahead by so much. */
export const setClock = (simulator: SimulatorAdmin, offsetMs: number) =>
  simulator.ask('POST', '/sim/clock', { offsetMs });

/** The next call of that name goes wrong like this. */
export const goWrong = (simulator: SimulatorAdmin, call: string, how: string, more: Record<string, unknown> = {}) =>
  simulator.fault({ call, then: how, ...more });
