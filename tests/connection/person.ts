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
export async function newPerson({ url }: SimulatorAdmin, pages: NewPage[]): Promise<Person> {
  return post<Person>(`${url}/sim/users`, { name: 'Kim Canary', pages });
}

interface NewBusiness {
  name: string;
  twoFactor?: 'none' | 'admin_required' | 'all_required';
  pages: { id: string; as?: 'owned' | 'client' }[];
  people: { id: string; secondFactor?: boolean }[];
}

/** A business portfolio with the Pages that it holds. */
export function newBusiness({ url }: SimulatorAdmin, { pages, people, ...business }: NewBusiness) {
  const held = pages.map(({ id, as }) => ({ id, ...(as && { as }) }));
  const members = people.map(({ id, secondFactor }) => ({ id, ...(secondFactor !== undefined && { secondFactor }) }));
  return post(`${url}/sim/businesses`, { ...business, pages: held, people: members });
}

/** A Page on which nobody has a role yet. */
export const newPage = ({ url }: SimulatorAdmin, name: string) => post<{ id: string }>(`${url}/sim/pages`, { name });

/** Links an Instagram account to another Page. */
export const moveInstagram = ({ url }: SimulatorAdmin, instagram: string, page: string) =>
  post(`${url}/sim/instagram/move`, { instagram, page });

/** The person's role on a Page is over. */
export const takeRole = ({ url }: SimulatorAdmin, person: string, page: string) =>
  post(`${url}/sim/roles`, { person, page }, 'DELETE');

/** How often Meta was called, by what. */
export async function callsMade({ url }: SimulatorAdmin): Promise<Record<string, number>> {
  return (await fetch(`${url}/sim/calls`)).json() as Promise<Record<string, number>>;
}
export const forgetCalls = ({ url }: SimulatorAdmin) => fetch(`${url}/sim/calls`, { method: 'DELETE' });

/** Ends the life of the person's tokens, or of those for one Page. */
export const killTokens = ({ url }: SimulatorAdmin, dead: { person: string; page?: string; subcode?: number }) =>
  post(`${url}/sim/tokens/dead`, dead);

/** Somebody gets a role on a Page. */
export const giveRole = ({ url }: SimulatorAdmin, role: { person: string; page: string }) =>
  post(`${url}/sim/roles`, role);

/** Meta's clock runs ahead by so much. */
export const setClock = ({ url }: SimulatorAdmin, offsetMs: number) => post(`${url}/sim/clock`, { offsetMs });

/** The next call of that name goes wrong like this. */
export const goWrong = (simulator: SimulatorAdmin, call: string, how: string, more: Record<string, unknown> = {}) =>
  simulator.fault({ call, then: how, ...more });

async function post<T>(address: string, body: unknown, method = 'POST'): Promise<T> {
  const answer = await fetch(address, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
