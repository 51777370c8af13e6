import { Dialog } from '../connection/dialog.ts';
import type { Stack } from '../stack/stack.ts';
import { Login } from './login.ts';

interface Account {
  id: string;
  metaId: string;
}

/** A Page of which one post at a time is the only one, so that a fault limited to the Page is a fault of this post. */
export interface Slot {
  page: string;
  facebook: Account;
  /** That of the Page: faults that are limited to the Page are its faults too. */
  instagram: Account;
  /** That of other Pages too. */
  login: Login;
}

/** So many Pages a login. */
const perPerson = 10;

/** Connects so many Pages to the demo tenant, each with its Instagram account. */
export async function connectPages(stack: Stack, count: number): Promise<Slot[]> {
  const dialog = new Dialog(stack);
  const slots: Slot[] = [];
  while (slots.length < count) {
    const first = slots.length;
    const numbers = Array.from({ length: Math.min(perPerson, count - first) }, (_, n) => first + n);
    const { id: person, pages } = await personWith(stack, numbers);
    const connection = await dialog.logIn({ person });
    await dialog.choose(
      connection,
      connection.found.map(({ metaId }) => metaId),
    );
    const login = new Login(stack, person, connection.id);
    const { items } = (await stack.member.get<{ items: Account[] }>('/v1/accounts')).body;
    const accountOf = (metaId: string) => {
      const found = items.find((account) => account.metaId === metaId);
      if (!found) throw new Error(`${metaId} is not connected`);
      return found;
    };
    slots.push(
      ...pages.map((page) => ({
        page: page.id,
        login,
        facebook: accountOf(page.id),
        instagram: accountOf(page.instagram),
      })),
    );
  }
  return slots;
}

interface Person {
  id: string;
  pages: { id: string; instagram: string }[];
}

async function personWith({ urls }: Stack, numbers: readonly number[]): Promise<Person> {
  const pages = numbers.map((n) => ({ name: `Page ${n}`, instagram: { username: `page.${n}` } }));
  const answer = await fetch(`${urls.simulator}/sim/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Robin Example', pages }),
  });
  return (await answer.json()) as Person;
}
