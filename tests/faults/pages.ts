import { Dialog } from '../connection/dialog.ts';
import type { Stack } from '../stack/stack.ts';

/** A Page of which one post at a time is the only one, so that a fault limited to the Page is a fault of this post. */
export interface Slot {
  page: string;
  account: string;
}

/** So many Pages a login. */
const perPerson = 10;

interface Account {
  id: string;
  platform: string;
  metaId: string;
}

/** Connects so many Pages to the demo tenant, each with all that it has. */
export async function connectPages(stack: Stack, count: number): Promise<Slot[]> {
  const dialog = new Dialog(stack);
  const slots: Slot[] = [];
  while (slots.length < count) {
    const first = slots.length;
    const names = Array.from({ length: Math.min(perPerson, count - first) }, (_, n) => `Page ${first + n}`);
    const person = await personWith(stack, names);
    const connection = await dialog.logIn({ person });
    const metaIds = connection.found.map(({ metaId }) => metaId);
    const { id } = await dialog.choose(connection, metaIds);
    slots.push(...(await accountsOf(stack, id)));
  }
  return slots;
}

async function personWith({ urls }: Stack, names: string[]): Promise<string> {
  const pages = names.map((name) => ({ name }));
  const answer = await fetch(`${urls.simulator}/sim/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Robin Example', pages }),
  });
  return ((await answer.json()) as { id: string }).id;
}

async function accountsOf({ member }: Stack, connection: string): Promise<Slot[]> {
  const { accounts } = (await member.get<{ accounts: string[] }>(`/v1/connections/${connection}`)).body;
  const { items } = (await member.get<{ items: Account[] }>('/v1/accounts')).body;
  return items
    .filter(({ id, platform }) => platform === 'facebook' && accounts.includes(id))
    .map(({ id, metaId }) => ({ page: metaId, account: id }));
}
