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
  instagram?: { username: string; name?: string; followers?: number };
}

/** Somebody new at Meta, with Pages. */
export async function newPerson({ url }: SimulatorAdmin, pages: NewPage[]): Promise<Person> {
  return post<Person>(`${url}/sim/users`, { name: 'Kim Canary', pages });
}

/** Ends the life of the person's tokens, or of those for one Page. */
export const killTokens = ({ url }: SimulatorAdmin, dead: { person: string; page?: string; subcode?: number }) =>
  post(`${url}/sim/tokens/dead`, dead);

/** Meta's clock runs ahead by so much. */
export const setClock = ({ url }: SimulatorAdmin, offsetMs: number) => post(`${url}/sim/clock`, { offsetMs });

/** The next call of that name goes wrong like this. */
export const goWrong = (simulator: SimulatorAdmin, call: string, how: string, more: Record<string, unknown> = {}) =>
  simulator.fault({ call, then: how, ...more });

async function post<T>(address: string, body: unknown): Promise<T> {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
